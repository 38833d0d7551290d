/** What the group coordinator answers to a commit. */
import type { Run } from '../../state.ts';
import type { MemberState } from './log-state.ts';

export const COMMIT_ANSWER = { unknownMember: 0, saved: 1, illegalGeneration: 2 } as const;

/** [KO6] A commit has to come from a member of the group, and from its present generation. */
export function judgeCommit(run: Run, member: MemberState | null, generation: number): number {
  if (member === null || member.gone) return COMMIT_ANSWER.unknownMember;
  const group = run.groups[member.group]!;
  const current = generation === (group.protocol === 'consumer' ? member.epoch : group.generation);
  return current ? COMMIT_ANSWER.saved : COMMIT_ANSWER.illegalGeneration;
}
