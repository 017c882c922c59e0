/** Rows of one statement: their values stay far below what databases take. */
const ROWS_PER_STATEMENT = 500

/** Many rows in parts that one statement takes. */
export function* inParts<Row>(rows: readonly Row[]): Generator<Row[]> {
  for (let at = 0; at < rows.length; at += ROWS_PER_STATEMENT) yield rows.slice(at, at + ROWS_PER_STATEMENT)
}
