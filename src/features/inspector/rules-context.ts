import { createContext } from 'react';

/** Opens the engine's rules that speak of a setting. Given once for the whole inspector, used deep inside of its rows. */
export const RulesContext = createContext<(setting: string) => void>(() => {});
