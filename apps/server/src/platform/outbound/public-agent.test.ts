import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isPublicAddress } from '../../lib/public-address.ts';
import { createPublicAgent, type Resolve } from './public-agent.ts';

/** Something of the inside that must never hear of a user's address: counts connections, whatever comes over them. */
let canary: Server;
let connections = 0;
let respond: (response: ServerResponse) => void;
let port: number;
const agents: ReturnType<typeof createPublicAgent>[] = [];

beforeEach(async () => {
  connections = 0;
  respond = (response) => response.end('inside');
  canary = createServer((_request, response) => respond(response));
  canary.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
  ({ port } = canary.address() as AddressInfo);
});
afterEach(async () => {
  await Promise.all(agents.splice(0).map((agent) => agent.destroy()));
  canary.closeAllConnections();
  await new Promise((resolve) => canary.close(resolve));
});

function agentWith(options: Parameters<typeof createPublicAgent>[0]) {
  const agent = createPublicAgent(options);
  agents.push(agent);
  return agent;
}

function tlv(tag: number, ...parts: Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const size = body.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

/** A certificate that only its own key vouches for (X.509 version 3 without extensions, RFC 5280). */
function selfSigned(): { key: string; cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ecdsaWithSha256 = tlv(0x30, tlv(0x06, Buffer.from('2a8648ce3d040302', 'hex')));
  const commonName = tlv(0x30, tlv(0x06, Buffer.from('550403', 'hex')), tlv(0x0c, Buffer.from('models.example.com')));
  const name = tlv(0x30, tlv(0x31, commonName));
  const valid = tlv(0x30, tlv(0x17, Buffer.from('200101000000Z')), tlv(0x17, Buffer.from('491231235959Z')));
  const version = tlv(0xa0, tlv(0x02, Buffer.from([2])));
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const body = tlv(0x30, version, tlv(0x02, Buffer.from([1])), ecdsaWithSha256, name, valid, name, spki);
  const signature = tlv(0x03, Buffer.from([0]), sign('sha256', body, privateKey));
  const cert = tlv(0x30, body, ecdsaWithSha256, signature).toString('base64');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${cert}\n-----END CERTIFICATE-----\n`,
  };
}

const always =
  (...addresses: string[]): Resolve =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

/** The code of the error, or the status, of one request. */
async function outcome(agent: ReturnType<typeof createPublicAgent>, host: string, scheme = 'http'): Promise<unknown> {
  try {
    const answer = await agent.request({ origin: `${scheme}://${host}:${port}`, path: '/', method: 'GET' });
    await answer.body.dump();
    return answer.statusCode;
  } catch (error) {
    return (error as { code?: string }).code;
  }
}

describe('R13 connections to addresses that users give', () => {
  test.each([
    [['127.0.0.1']],
    [['10.0.0.1']],
    [['169.254.169.254']],
    [['::1']],
    [['::ffff:127.0.0.1']],
    [['64:ff9b::7f00:1']],
    [['fd00:ec2::254']],
    [['1.1.1.1', '127.0.0.1']],
    [['127.0.0.1', '1.1.1.1']],
    [['2606:4700::1111', '::1']],
    [[]],
  ])('a name that leads to %j is not connected to', async (addresses) => {
    const agent = agentWith({ resolve: always(...addresses) });
    for (const scheme of ['https', 'http']) {
      expect(await outcome(agent, 'models.example.com', scheme)).toBe('ERR_ADDRESS_NOT_PUBLIC');
    }
    expect(connections).toBe(0);
  });

  test.each(['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '169.254.169.254'])(
    'neither is %s, for which nothing is looked up',
    async (host) => {
      const agent = agentWith({});
      for (const scheme of ['https', 'http']) expect(await outcome(agent, host, scheme)).toBe('ERR_ADDRESS_NOT_PUBLIC');
      expect(connections).toBe(0);
    },
  );

  test('a name that leads elsewhere the second time: the connection goes to the address that was checked, and every connection checks', async () => {
    const answers = [['203.0.114.1'], ['127.0.0.1']];
    const checked: string[] = [];
    let asked = 0;
    const agent = agentWith({
      resolve: async () => always(...(answers[Math.min(asked++, 1)] as string[]))('x'),
      // The first answer counts as public; the connection to it is never established here, and must not become one to the second.
      isAllowed: (address) => {
        checked.push(address);
        return isPublicAddress(address);
      },
    });
    const first = outcome(agent, 'rebinding.example.com');
    await expect.poll(() => asked).toBe(1);
    expect(await outcome(agent, 'rebinding.example.com')).toBe('ERR_ADDRESS_NOT_PUBLIC');
    expect(checked).toEqual(['203.0.114.1', '127.0.0.1']);
    await agent.destroy();
    await first;
    expect(connections).toBe(0);
  });

  test('one look-up serves one connection: the checked address is the one that is used', async () => {
    let asked = 0;
    const agent = agentWith({
      resolve: async () => {
        asked += 1;
        return [{ address: '127.0.0.1', family: 4 }];
      },
      isAllowed: (address) => address === '127.0.0.1',
    });
    expect(await outcome(agent, 'models.example.com')).toBe(200);
    expect([asked, connections]).toEqual([1, 1]);
  });

  test('a redirect is answered as it is, and not followed', async () => {
    let requests = 0;
    respond = (response) => {
      requests += 1;
      response.writeHead(302, { location: `http://127.0.0.1:${port}/secret` }).end();
    };
    const agent = agentWith({ resolve: always('127.0.0.1'), isAllowed: () => true });
    expect(await outcome(agent, 'models.example.com')).toBe(302);
    expect(requests).toBe(1);
  });

  test('a server whose certificate nobody vouches for gets no request, whatever the environment says', async () => {
    let requests = 0;
    const impostor = createTlsServer(selfSigned(), (_request, response) => {
      requests += 1;
      response.end();
    });
    await new Promise<void>((resolve) => impostor.listen(0, '127.0.0.1', resolve));
    ({ port } = impostor.address() as AddressInfo);
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      const agent = agentWith({ resolve: always('127.0.0.1'), isAllowed: () => true });
      expect(await outcome(agent, 'models.example.com', 'https')).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
      expect(requests).toBe(0);
    } finally {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      impostor.closeAllConnections();
      impostor.close();
    }
  });

  test('names are asked of DNS alone: what the hosts file of this machine says counts for nothing', async () => {
    const agent = agentWith({});
    expect([
      'ERR_ADDRESS_NOT_PUBLIC',
      'ENOTFOUND',
      'ENODATA',
      'ESERVFAIL',
      'EREFUSED',
      'ECONNREFUSED',
      'ETIMEOUT',
    ]).toContain(await outcome(agent, 'localhost'));
    expect(connections).toBe(0);
  });
});
