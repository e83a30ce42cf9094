import type { OAuthClientProvider } from '@modelcontextprotocol/sdk/client/auth.js';
import { ClientCredentialsProvider, PrivateKeyJwtProvider } from '@modelcontextprotocol/sdk/client/auth-extensions.js';

/** What a scenario tells its client: the fields of `MCP_CONFORMANCE_CONTEXT`. */
interface Context {
  readonly client_id?: string;
  readonly client_secret?: string;
  readonly private_key_pem?: string;
  readonly signing_algorithm?: string;
}

/** A person with a browser, as a program: follows the way to the authorization server and keeps the code. */
export interface SignIn {
  readonly provider: OAuthClientProvider;
  /** The code that the authorization server gave since it was last asked; null when there is none. */
  takeCode(): string | null;
}

const REDIRECT = 'http://localhost:3000/callback';
/** The address of the client's own metadata, for servers that take one in place of registration. */
const METADATA = 'https://conformance-test.local/client-metadata.json';

function withBrowser({ client_id, client_secret }: Context): SignIn {
  let code: string | null = null;
  let [information, tokens, found, verifier]: [unknown, unknown, unknown, string] = [
    undefined,
    undefined,
    undefined,
    '',
  ];
  if (client_id !== undefined) information = { client_id, ...(client_secret ? { client_secret } : {}) };
  const provider = {
    redirectUrl: REDIRECT,
    clientMetadataUrl: METADATA,
    clientMetadata: {
      client_name: 'remit',
      redirect_uris: [REDIRECT],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    },
    clientInformation: () => information,
    saveClientInformation: (given: unknown) => {
      information = given;
    },
    tokens: () => tokens,
    saveTokens: (given: unknown) => {
      tokens = given;
    },
    discoveryState: () => found,
    saveDiscoveryState: (given: unknown) => {
      found = given;
    },
    codeVerifier: () => verifier,
    saveCodeVerifier: (given: string) => {
      verifier = given;
    },
    async redirectToAuthorization(url: URL) {
      const { headers } = await fetch(url, { redirect: 'manual' });
      code = new URL(headers.get('location') ?? REDIRECT).searchParams.get('code');
    },
  };
  return {
    provider: provider as OAuthClientProvider,
    takeCode: () => {
      const taken = code;
      code = null;
      return taken;
    },
  };
}

/** How a client signs in in a scenario. */
export function signInFor(scenario: string, context: Context): SignIn {
  const { client_id: clientId = '', client_secret: clientSecret = '', private_key_pem: privateKey = '' } = context;
  const without = (provider: OAuthClientProvider): SignIn => ({ provider, takeCode: () => null });
  if (scenario === 'auth/client-credentials-basic') {
    return without(new ClientCredentialsProvider({ clientId, clientSecret }));
  }
  if (scenario === 'auth/client-credentials-jwt') {
    return without(
      new PrivateKeyJwtProvider({ clientId, privateKey, algorithm: context.signing_algorithm ?? 'ES256' }),
    );
  }
  return withBrowser(context);
}
