import { Channel, ChannelList, ChannelTested } from '../../contract/channel.ts';
import { print, printJson, table } from '../output.ts';
import { type ClientOptions, createServerClient, userQuery } from '../server-client.ts';
import { wireTime } from '../wire-text.ts';

const PATH = '/api/v1/channels';
const HEAD = ['NAME', 'TYPE', 'FROM', 'QUEUED', 'FAILED', 'LAST SENT', 'PROBLEM'];

/** `channels list` */
export async function listChannelsCommand(options: ClientOptions): Promise<void> {
  const list = await createServerClient(options).get(PATH, ChannelList);
  if (options.json) printJson(list);
  else
    print(
      list.channels.length === 0
        ? 'There are no channels: nobody is told. See docs/notifications.md'
        : table(HEAD, list.channels.map(cells)),
    );
}

/** `channels test NAME`: fails when the message was not sent. */
export async function testChannelCommand(name: string, options: ClientOptions): Promise<void> {
  const path = `${PATH}/${encodeURIComponent(name)}/test?${userQuery()}`;
  const tested = await createServerClient(options).post(path, ChannelTested);
  if (options.json) printJson(tested);
  const remark = tested.reason === null ? '' : `: ${tested.reason}`;
  if (tested.outcome === 'failed') throw new Error(`Channel ${name} did not take a test${remark}`);
  if (!options.json) print(`Channel ${name} took a test${remark}`);
}

function cells(channel: Channel): string[] {
  return [
    channel.name,
    channel.type,
    channel.origin,
    String(channel.queued),
    String(channel.failed),
    wireTime(channel.last_sent_at),
    channel.problem ?? '',
  ];
}
