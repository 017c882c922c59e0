import {
  Done,
  FirstSignUp,
  PasswordBody,
  SessionChange,
  SessionView,
  Setup,
  SignedIn,
  SignedUp,
  SignIn,
  SignUp,
} from './people.ts'
import type { Route } from './routes.ts'

const open = { access: 'open', tag: 'People' } as const
const session = { access: 'session', tag: 'People' } as const

/** People: sign-up, sign-in, sessions. What is under `/api/auth` has the paths of Better Auth. */
export const PEOPLE_ROUTES = {
  getSetup: {
    ...open,
    method: 'GET',
    path: '/v1/setup',
    operationId: 'getSetup',
    summary: 'What can be done here without an account: the first one, sign-up, sign-in elsewhere',
    body: null,
    answer: { json: Setup },
  },
  setUp: {
    ...open,
    method: 'POST',
    path: '/v1/setup',
    operationId: 'setUp',
    summary: "Make the operator's account on an empty server, and sign in; 404 ever after",
    body: FirstSignUp,
    answer: { status: 201, json: SignedIn },
  },
  signUp: {
    ...open,
    method: 'POST',
    path: '/api/auth/sign-up/email',
    operationId: 'signUp',
    summary: 'Make an account. The answer is the same whether or not the address has one',
    body: SignUp,
    answer: { status: 202, json: SignedUp },
  },
  signIn: {
    ...open,
    method: 'POST',
    path: '/api/auth/sign-in/email',
    operationId: 'signIn',
    summary: 'Sign in with e-mail and password; sets the session cookie',
    body: SignIn,
    answer: { json: SignedIn },
  },
  signOut: {
    ...session,
    method: 'POST',
    path: '/api/auth/sign-out',
    operationId: 'signOut',
    summary: 'End this session',
    body: null,
    answer: { json: Done },
  },
  getSession: {
    ...session,
    method: 'GET',
    path: '/v1/session',
    operationId: 'getSession',
    summary: 'Who is signed in, for which account, and what the role may do there',
    body: null,
    answer: { json: SessionView },
  },
  changeSession: {
    ...session,
    method: 'PATCH',
    path: '/v1/session',
    operationId: 'changeSession',
    summary: 'Act for another account of which the person is a member',
    body: SessionChange,
    answer: { json: SessionView },
  },
  confirmSession: {
    ...session,
    method: 'POST',
    path: '/v1/session/confirm',
    operationId: 'confirmSession',
    summary: 'Confirm by password that it is still the same person: counts as a recent sign-in',
    body: PasswordBody,
    answer: { json: SessionView },
  },
} as const satisfies Record<string, Route>
