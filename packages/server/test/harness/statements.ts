/** Takes note of the statements that requests make, without what webhooks look for beside them in their own time. */
export const ofRequests =
  (statements: string[]) =>
  (sql: string): void => {
    if (!sql.includes('webhook')) statements.push(sql)
  }
