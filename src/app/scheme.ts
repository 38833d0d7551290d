/**
 * Light, dark, or as the system has it. Mantine keeps the choice and sets the attribute; its hooks are only reachable
 * from components, so the one that is mounted first hands its setter over.
 */
export type Scheme = 'light' | 'dark' | 'auto';

let setter: ((scheme: Scheme) => void) | null = null;

export const schemeStore = {
  connect(set: (scheme: Scheme) => void): void {
    setter = set;
  },
  choose(scheme: Scheme): void {
    setter?.(scheme);
  },
};
