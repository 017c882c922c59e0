import type { ReactNode } from 'react'
import { classes } from './classes.ts'

/** A column of a table; where there is no room, a labelled line of a card. */
export type Column<Row> = {
  id: string
  label: string
  cell: (row: Row) => ReactNode
  /** Share of the width, as a class. */
  width?: string
  isNumber?: boolean
  /** Its label is only said, never shown: for what can be done. */
  isQuiet?: boolean
}

type Props<Row> = {
  caption: string
  rows: readonly Row[]
  rowKey: (row: Row) => string | number
  /** The first names the row. */
  columns: readonly Column<Row>[]
}

const HEAD = 'h-9 px-3 text-small font-medium text-muted'
const CELL = 'h-13 px-3 py-1.5 align-middle'

/** Rows of one kind: a table where there is room, the same as cards where there is none. */
export function DataTable<Row>({ caption, rows, rowKey, columns }: Props<Row>) {
  const [name, ...others] = columns
  return (
    <div className="@container">
      <div className="overflow-hidden rounded-card border border-line bg-surface @max-[720px]:hidden">
        <table className="w-full table-fixed border-collapse">
          <caption className="sr-only">{caption}</caption>
          <thead className="border-b border-line">
            <tr>
              {columns.map(({ id, label, width, isNumber, isQuiet }) => (
                <th
                  key={id}
                  scope="col"
                  className={classes(HEAD, width, isNumber === true ? 'text-right' : 'text-left')}
                >
                  {isQuiet === true ? <span className="sr-only">{label}</span> : label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={rowKey(row)} className="border-b border-line last:border-0">
                {name !== undefined && (
                  <th scope="row" className={classes(CELL, 'text-left font-normal')}>
                    {name.cell(row)}
                  </th>
                )}
                {others.map(({ id, cell, isNumber, isQuiet }) => (
                  <td
                    key={id}
                    className={classes(CELL, (isNumber === true || isQuiet === true) && 'text-right')}
                  >
                    {cell(row)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <ul aria-label={caption} className="flex flex-col gap-2 @min-[720px]:hidden">
        {rows.map((row) => (
          <li
            key={rowKey(row)}
            className="flex flex-col gap-3 rounded-card border border-line bg-surface p-4"
          >
            {name?.cell(row)}
            <dl className="grid grid-cols-[auto_minmax(0,1fr)] items-center gap-x-4 gap-y-1.5 text-small">
              {others
                .filter(({ isQuiet }) => isQuiet !== true)
                .map(({ id, label, cell }) => (
                  <div key={id} className="contents">
                    <dt className="text-muted">{label}</dt>
                    <dd className="min-w-0 break-words">{cell(row)}</dd>
                  </div>
                ))}
            </dl>
            {others
              .filter(({ isQuiet }) => isQuiet === true)
              .map(({ id, cell }) => (
                <div key={id} className="flex flex-wrap gap-2 empty:hidden">
                  {cell(row)}
                </div>
              ))}
          </li>
        ))}
      </ul>
    </div>
  )
}
