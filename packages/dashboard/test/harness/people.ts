import type { Page } from '@playwright/test'

/** A password that nobody guesses. */
export const PASSWORD = 'a sentence nobody would guess 42'

export type Person = { name: string; email: string; account?: string }

/** Makes an account on the page for it, and signs in. */
export async function signUp(page: Page, url: string, person: Person): Promise<void> {
  await page.goto(`${url}/dashboard/sign-up`)
  await page.getByLabel('Your name').fill(person.name)
  if (person.account !== undefined) await page.getByLabel('Account name').fill(person.account)
  await page.getByLabel('E-mail').fill(person.email)
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('heading', { name: 'Done' }).waitFor()
  await signIn(page, url, person.email)
}

/** Signs in with an address and the password of the tests. */
export async function signIn(page: Page, url: string, email: string): Promise<void> {
  if (!page.url().includes('/sign-in')) await page.goto(`${url}/dashboard/sign-in`)
  await page.getByLabel('E-mail').fill(email)
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
}
