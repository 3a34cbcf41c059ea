export { SIGNATURE_VERSION } from './signature.ts';
