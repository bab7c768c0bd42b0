// Loaded before a program that would listen on all addresses: it gets loopback only.
import { Server } from 'node:net';

const listen = Server.prototype.listen;

Server.prototype.listen = function listenOnLoopback(...given) {
  const [first, ...rest] = given;
  if (typeof first === 'number')
    return listen.call(this, first, '127.0.0.1', ...rest.filter((value) => typeof value === 'function'));
  if (typeof first === 'object' && first !== null && 'port' in first)
    return listen.call(this, { ...first, host: '127.0.0.1' }, ...rest);
  return listen.apply(this, given);
};
