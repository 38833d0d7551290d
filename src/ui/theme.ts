import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const water: MantineColorsTuple = [
  '#e6f6fa',
  '#c9eaf2',
  '#98d7e6',
  '#62c4da',
  '#3cc3da',
  '#1da3bd',
  '#138aa5',
  '#0e7490',
  '#0b5c73',
  '#084354',
];

const gray: MantineColorsTuple = [
  '#f8fafb',
  '#eef2f4',
  '#e1e7eb',
  '#cfd8de',
  '#b3c0c9',
  '#84929d',
  '#4d5b66',
  '#3a4751',
  '#26323b',
  '#17212a',
];

const dark: MantineColorsTuple = [
  '#dde5ea',
  '#b9c5cd',
  '#9aa9b4',
  '#66747f',
  '#33404a',
  '#27323a',
  '#1a2229',
  '#12181d',
  '#0c1115',
  '#080b0e',
];

/** Dense and calm: 13 px text, 28 px controls, hairlines instead of boxes. */
export const theme = createTheme({
  primaryColor: 'water',
  // The same in both: white text on a lighter one would be too faint in the dark.
  primaryShade: 7,
  colors: { water, gray, dark },
  black: '#17212a',
  fontFamily: 'var(--font-text)',
  fontFamilyMonospace: 'var(--font-mono)',
  fontSizes: { xs: '0.6875rem', sm: '0.75rem', md: '0.8125rem', lg: '0.9375rem', xl: '1.125rem' },
  lineHeights: { xs: '1.35', sm: '1.4', md: '1.45', lg: '1.45', xl: '1.4' },
  headings: {
    fontFamily: 'var(--font-text)',
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.125rem', lineHeight: '1.35' },
      h2: { fontSize: '0.9375rem', lineHeight: '1.4' },
      h3: { fontSize: '0.8125rem', lineHeight: '1.4' },
    },
  },
  spacing: { xs: '0.25rem', sm: '0.5rem', md: '0.75rem', lg: '1rem', xl: '1.5rem' },
  radius: { xs: '3px', sm: '4px', md: '6px', lg: '10px', xl: '14px' },
  defaultRadius: 'md',
  focusRing: 'auto',
  cursorType: 'pointer',
  respectReducedMotion: true,
  // Plain records instead of `Component.extend`: naming the components would load them all with the first page.
  components: {
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 28 } },
    Button: { defaultProps: { size: 'xs' } },
    Menu: { defaultProps: { shadow: 'md', transitionProps: { duration: 80 }, withinPortal: true } },
    Modal: {
      defaultProps: {
        padding: 'lg',
        radius: 'lg',
        transitionProps: { duration: 100 },
        overlayProps: { backgroundOpacity: 0.4 },
      },
    },
    NumberInput: { defaultProps: { size: 'xs' } },
    Popover: { defaultProps: { shadow: 'md', transitionProps: { duration: 80 } } },
    SegmentedControl: { defaultProps: { size: 'xs' } },
    Switch: { defaultProps: { size: 'xs' } },
    Tabs: { defaultProps: { keepMounted: false } },
    TextInput: { defaultProps: { size: 'xs' } },
    Tooltip: { defaultProps: { openDelay: 350, transitionProps: { duration: 80 }, multiline: true } },
  },
});

/** Mantine's own variables follow the tokens of `tokens.css`. */
export const cssVariablesResolver: CSSVariablesResolver = () => {
  const shared = {
    '--mantine-color-body': 'var(--surface-2)',
    '--mantine-color-text': 'var(--text)',
    '--mantine-color-dimmed': 'var(--text-2)',
    '--mantine-color-default-border': 'var(--line-strong)',
    '--mantine-color-error': 'var(--danger)',
    '--mantine-color-anchor': 'var(--accent)',
  };
  return { variables: {}, light: shared, dark: shared };
};
