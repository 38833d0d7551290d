import {
  IconAlertTriangle,
  IconArrowsDiff,
  IconGitBranch,
  IconPlayerPlayFilled,
  IconPlayerSkipBack,
  IconPlayerTrackNext,
  IconPlayerTrackPrev,
  IconRestore,
  IconRun,
  IconWalk,
} from '@tabler/icons-react';
import { restartRun } from '../../document/actions.ts';
import { jumpToMark, nextSpeed } from '../../features/playback/index.ts';
import { simulation } from '../../simulation/client.ts';
import { simulationStore } from '../../simulation/status.ts';
import { notify } from '../../ui/notices.ts';
import { openDialog, shellStore } from '../shell-store.ts';
import type { Command, Situation } from './command.ts';

const running = ({ simulation: { status } }: Situation) =>
  status === 'playing' || status === 'paused' || status === 'seeking';

const branched = ({ document: { scenario } }: Situation) => scenario.branches !== undefined;

function changeSpeed(direction: 1 | -1): void {
  simulation.setSpeed(nextSpeed(simulationStore.getState().speed, direction));
}

async function jump(direction: 1 | -1): Promise<void> {
  if (await jumpToMark(direction)) return;
  notify('info', direction === 1 ? 'No anomaly after this instant, so far.' : 'No anomaly before this instant.');
}

export const runCommands = {
  play: {
    id: 'run.play',
    group: 'Run',
    label: ({ simulation: { status } }) => (status === 'playing' ? 'Pause' : 'Play'),
    icon: IconPlayerPlayFilled,
    shortcuts: ['Space'],
    keywords: 'start stop run go',
    when: running,
    perform: () => simulation.toggle(),
  },
  step: {
    id: 'run.step',
    group: 'Run',
    label: 'One event forward',
    icon: IconPlayerTrackNext,
    shortcuts: ['.'],
    repeats: true,
    keywords: 'step next',
    when: running,
    perform: () => simulation.step(),
  },
  stepBack: {
    id: 'run.stepBack',
    group: 'Run',
    label: 'One event back',
    icon: IconPlayerTrackPrev,
    shortcuts: [','],
    repeats: true,
    keywords: 'step previous',
    when: (now) => running(now) && now.simulation.instantMs > 0,
    perform: () => simulation.stepBack(),
  },
  rewind: {
    id: 'run.rewind',
    group: 'Run',
    label: 'Back to the start of this run',
    icon: IconPlayerSkipBack,
    shortcuts: ['Home'],
    keywords: 'rewind zero scrub',
    when: running,
    perform: () => void simulation.seek(0),
  },
  restart: {
    id: 'run.restart',
    group: 'Run',
    label: 'Restart with the present design',
    icon: IconRestore,
    shortcuts: ['Shift+Home'],
    keywords: 'reset fold journal forget faults',
    perform: restartRun,
  },
  nextAnomaly: {
    id: 'run.nextAnomaly',
    group: 'Run',
    label: 'To the next anomaly',
    icon: IconAlertTriangle,
    shortcuts: ['N'],
    keywords: 'jump lost duplicate disorder',
    when: running,
    perform: () => void jump(1),
  },
  previousAnomaly: {
    id: 'run.previousAnomaly',
    group: 'Run',
    label: 'To the previous anomaly',
    icon: IconAlertTriangle,
    shortcuts: ['Shift+N'],
    keywords: 'jump lost duplicate disorder',
    when: running,
    perform: () => void jump(-1),
  },
  branches: {
    id: 'run.branches',
    group: 'Run',
    label: 'Branches of this run',
    icon: IconGitBranch,
    shortcuts: ['B'],
    keywords: 'fork switch rename delete future',
    when: branched,
    perform: () => shellStore.setState(({ branchesOpen }) => ({ branchesOpen: !branchesOpen })),
  },
  compare: {
    id: 'run.compare',
    group: 'Run',
    label: 'Compare branches',
    icon: IconArrowsDiff,
    shortcuts: ['Shift+B'],
    keywords: 'difference report fork side by side',
    when: branched,
    perform: () => openDialog('compare'),
  },
  faster: {
    id: 'run.faster',
    group: 'Run',
    label: 'Faster',
    icon: IconRun,
    shortcuts: [']'],
    repeats: true,
    keywords: 'speed',
    perform: () => changeSpeed(1),
  },
  slower: {
    id: 'run.slower',
    group: 'Run',
    label: 'Slower',
    icon: IconWalk,
    shortcuts: ['['],
    repeats: true,
    keywords: 'speed',
    perform: () => changeSpeed(-1),
  },
} as const satisfies Readonly<Record<string, Command>>;
