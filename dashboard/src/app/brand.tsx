import classes from './brand.module.css';

export function Brand() {
  return (
    <span className={classes.brand}>
      <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
        <rect width="32" height="32" rx="8" fill="#0f5c66" />
        <path
          d="M6 11c3.3 0 3.3 2.4 6.7 2.4S16 11 19.3 11s3.3 2.4 6.7 2.4M6 17.3h20M6 21c3.3 0 3.3 2.4 6.7 2.4S16 21 19.3 21s3.3 2.4 6.7 2.4"
          fill="none"
          stroke="#e8f6f5"
          strokeWidth="2.2"
          strokeLinecap="round"
        />
      </svg>
      Weir
    </span>
  );
}
