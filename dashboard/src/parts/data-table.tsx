import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, memo, type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef } from 'react';
import classes from './data-table.module.css';
import { Link } from './link.tsx';
import { goTo } from './location.ts';

export interface Column<Row> {
  readonly name: string;
  readonly value: (row: Row) => ReactNode;
  /** Numbers stand at the right, so that they can be compared. */
  readonly align?: 'right';
  /** CSS width; absent: a share of what is left. On a phone the columns share alike. */
  readonly width?: string;
  /** False: left out on a phone. */
  readonly onPhone?: boolean;
}

/** An array, or a long list that is not copied into one. */
export interface Rows<Row> {
  readonly length: number;
  /** From 0 to below `length`. */
  at(index: number): Row | undefined;
}

const ROW_PX = 42;
/** A page shows a short table whole; a longer one scrolls in a frame of its own and draws only what is seen. */
const SHORT = 60;
/** So many rows before the last one more are asked for. */
const AHEAD = 100;
/** Rows that may come on top at once; looking for more would take longer than it is worth. */
const MOST_NEW = 200;

/** Rows of one kind, a hundred or a hundred thousand. With `href` the first cell is a link and the row can be clicked. */
export function DataTable<Row>({
  label,
  columns,
  rows,
  rowKey,
  href,
  onEnd,
}: {
  /** What the table holds, for those who cannot see it. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: Rows<Row>;
  readonly rowKey: (row: Row) => string;
  /** Where a row leads. */
  readonly href?: (row: Row) => string;
  /** Called when the last rows come near: read more. */
  readonly onEnd?: () => void;
}) {
  const frame = useRef<HTMLElement>(null);
  const isLong = rows.length > SHORT || onEnd !== undefined;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
    enabled: isLong,
  });
  useStayAt(frame, { rows, rowKey });
  const items = isLong ? virtual.getVirtualItems() : [];
  const shown = isLong ? items.map(({ index }) => index) : Array.from({ length: rows.length }, (_, index) => index);
  const above = items[0]?.start ?? 0;
  const below = isLong ? virtual.getTotalSize() - (items.at(-1)?.end ?? 0) : 0;
  const last = shown.at(-1) ?? 0;
  useEffect(() => {
    if (rows.length > 0 && last >= rows.length - AHEAD) onEnd?.();
  }, [last, rows.length, onEnd]);

  return (
    <section
      ref={frame}
      className={classes.frame}
      data-long={isLong}
      // What may scroll must be reachable by keyboard; links in rows are.
      {...(isLong || href === undefined ? { tabIndex: 0 } : {})}
      aria-label={label}
    >
      <table className={classes.table} aria-rowcount={rows.length + 1}>
        <colgroup>
          {columns.map((column) => (
            <col
              key={column.name}
              data-phone={column.onPhone ?? true}
              style={{ '--width': column.width ?? 'auto' } as CSSProperties}
            />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <th key={column.name} scope="col" data-align={column.align} data-phone={column.onPhone ?? true}>
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {above > 0 ? <Space height={above} /> : null}
          {shown.map((index) => {
            const row = rows.at(index) as Row;
            return <TableRow key={rowKey(row)} index={index} {...{ row, columns, href }} />;
          })}
          {below > 0 ? <Space height={below} /> : null}
        </tbody>
      </table>
    </section>
  );
}

/** When rows come on top while somebody reads further down, what is read stays where it is. */
function useStayAt<Row>(
  frame: RefObject<HTMLElement | null>,
  { rows, rowKey }: { readonly rows: Rows<Row>; readonly rowKey: (row: Row) => string },
): void {
  const first = rows.at(0);
  const key = first === undefined ? undefined : rowKey(first);
  const last = useRef(key);
  useLayoutEffect(() => {
    const known = last.current;
    last.current = key;
    if (known === key || known === undefined || frame.current === null || frame.current.scrollTop === 0) return;
    const added = indexOf(known, { rows, rowKey });
    if (added > 0) frame.current.scrollTop += added * ROW_PX;
  }, [key, rows, rowKey, frame]);
}

/** Among the first rows; -1: it is not one of them. */
function indexOf<Row>(key: string, { rows, rowKey }: { rows: Rows<Row>; rowKey: (row: Row) => string }): number {
  const some = Math.min(rows.length, MOST_NEW);
  for (let index = 0; index < some; index++) if (rowKey(rows.at(index) as Row) === key) return index;
  return -1;
}

/** Stands for the rows that are not drawn. */
function Space({ height }: { readonly height: number }) {
  return (
    <tr>
      <td style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}

const TableRow = memo(function TableRow<Row>({
  index,
  row,
  columns,
  href,
}: {
  readonly index: number;
  readonly row: Row;
  readonly columns: readonly Column<Row>[];
  readonly href: ((row: Row) => string) | undefined;
}) {
  const to = href?.(row);
  return (
    <tr
      aria-rowindex={index + 2}
      data-opens={to !== undefined}
      {...(to === undefined ? {} : { onClick: (event: { target: EventTarget }) => openFrom(event.target, to) })}
    >
      {columns.map((column, at) => (
        <td key={column.name} data-align={column.align} data-phone={column.onPhone ?? true}>
          {at === 0 && to !== undefined ? <Link href={to}>{column.value(row)}</Link> : column.value(row)}
        </td>
      ))}
    </tr>
  );
}) as <Row>(props: {
  readonly index: number;
  readonly row: Row;
  readonly columns: readonly Column<Row>[];
  readonly href: ((row: Row) => string) | undefined;
}) => ReactNode;

/** A click beside the link counts as well, but not on a button in the row nor while text is being selected. */
function openFrom(target: EventTarget, to: string): void {
  if ((target as Element).closest('a, button, input, label, select') !== null) return;
  if (getSelection()?.isCollapsed === false) return;
  goTo(to);
}
