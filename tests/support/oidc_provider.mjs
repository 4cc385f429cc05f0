// A real OpenID provider (npm oidc-provider) on loopback, for tests: it asks nobody, and lets in whom the last POST to
// /next named. Prints one line of JSON when it listens. Ends when its standard input does.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const [redirect, secret] = process.argv.slice(2);
let next = { sub: 'officer-1', groups: ['atm-technicians'] };
const people = new Map();

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{
      client_id: 'municipal-atm', client_secret: secret, redirect_uris: [redirect], response_types: ['code'],
      grant_types: ['authorization_code'], token_endpoint_auth_method: 'client_secret_basic',
    }],
    claims: { openid: ['sub'], profile: ['groups'] },
    scopes: ['openid', 'profile'],
    pkce: { methods: ['S256'], required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, interaction) => `/let-in/${interaction.uid}` },
    ttl: { Interaction: 60, Session: 60, Grant: 60, AccessToken: 60, IdToken: 60 },
    cookies: { keys: ['a key of this test only'] },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub, groups: people.get(sub) }) }),
  });
  const answer = provider.callback();
  server.on('request', async (request, response) => {
    if (request.url === '/next') {
      let body = '';
      for await (const piece of request) body += piece;
      next = JSON.parse(body);
      response.end();
    } else if (request.url.startsWith('/let-in/')) {
      people.set(next.sub, next.groups);
      const { params, prompt } = await provider.interactionDetails(request, response);
      const grant = new provider.Grant({ accountId: next.sub, clientId: params.client_id });
      grant.addOIDCScope(params.scope);
      const consent = { grantId: await grant.save() };
      const result = { login: { accountId: next.sub }, consent };
      if (next.refuse) await provider.interactionFinished(request, response, { error: 'access_denied' });
      else await provider.interactionFinished(request, response, prompt.name === 'login' ? result : { consent });
    } else {
      answer(request, response);
    }
  });
  console.log(JSON.stringify({ issuer }));
});
process.stdin.on('end', () => process.exit(0)).resume();
