import type { LocalInfileResult, OkResult } from '../session/result.ts';
import { writeLocalInfileRequest } from '../wire/local-infile.ts';
import type { PacketChannel } from './channel.ts';

/**
 * Asks the client for the file and hands its bytes to `result.load` as they come. The client sends to the end
 * whatever we do, so the rest is read even when loading fails or stops early.
 */
export async function receiveInfile(channel: PacketChannel, result: LocalInfileResult): Promise<OkResult> {
  writeLocalInfileRequest(channel.writer, result.fileName);
  await channel.flush();
  let ended = false;
  const read = async (): Promise<Buffer | undefined> => {
    if (ended) return undefined;
    const packet = await channel.readReply();
    ended = packet.length === 0;
    return ended ? undefined : packet;
  };
  // One read at a time: a load that fails may leave one unfinished.
  let last: Promise<Buffer | undefined> = Promise.resolve(undefined);
  const next = (): Promise<Buffer | undefined> => {
    last = last.then(read);
    return last;
  };
  const content: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        const value = await next();
        return value === undefined ? { done: true, value: undefined } : { done: false, value };
      },
    }),
  };
  try {
    return await result.load(content);
  } finally {
    while (!ended) await next();
  }
}
