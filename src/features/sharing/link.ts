/** Making links. */
import type { Scenario } from '../../../workers/scenario/document.ts';
import { currentScenario } from '../../document/actions.ts';
import { notify } from '../../ui/notices.ts';

export interface LinkOptions {
  /** Canvas and playback alone, for a frame in another page. */
  readonly embed?: boolean;
}

/** The page's own address, without a scenario. */
function pageAddress({ embed = false }: LinkOptions = {}): string {
  const url = new URL(location.href);
  url.hash = '';
  url.search = '';
  if (embed) url.searchParams.set('embed', '1');
  return url.href;
}

/** The fragment of a link to a scenario, without "#"; null when it would be longer than anyone can open. */
export async function fragmentOf(scenario: Scenario): Promise<string | null> {
  const { encodeShare, SHARE_LENGTH_MAX } = await import('../../../workers/scenario/share.ts');
  const fragment = await encodeShare(scenario);
  return fragment.length > SHARE_LENGTH_MAX ? null : fragment;
}

/** The link to a scenario; null when it would be longer than anyone can open. */
export async function linkTo(scenario: Scenario, options: LinkOptions = {}): Promise<string | null> {
  const fragment = await fragmentOf(scenario);
  return fragment === null ? null : `${pageAddress(options)}#${fragment}`;
}

/** Puts a text on the clipboard, and says so. */
export async function copyText(text: string, what: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    notify('ok', `${what} is on the clipboard.`);
    return true;
  } catch {
    notify('warning', 'The browser does not let the clipboard be written. Select the text and copy it.');
    return false;
  }
}

/** Copies the link to what is open, as it is now. */
export async function copyLink(): Promise<void> {
  const link = await linkTo(currentScenario());
  if (link === null) notify('warning', 'The scenario is too long for a link. Download it as a file instead.');
  else await copyText(link, 'The link');
}
