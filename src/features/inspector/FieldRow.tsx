import { Tooltip, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconArrowBackUp, IconInfoCircle } from '@tabler/icons-react';
import { Fragment, use, useId, type ReactNode } from 'react';
import { IconButton } from '../../ui/IconButton.tsx';
import { differsFromDefault, type Field } from './field-model.ts';
import { RulesContext } from './rules-context.ts';
import { sayValue } from './say-value.ts';
import classes from './fields.module.css';

/** What a control needs to be named and described. */
export interface ControlIds {
  readonly id: string;
  readonly describedBy: string;
}

interface FieldRowProps {
  readonly field: Field;
  readonly stored: unknown;
  readonly onReset: () => void;
  /** The control under the label instead of beside it: sliders, lists, long texts. */
  readonly wide?: boolean;
  readonly children: (ids: ControlIds) => ReactNode;
}

/**
 * Label and control of one parameter. The label opens what is known about it; a value that is not the default carries
 * a mark and the way back.
 */
export function FieldRow({ field, stored, onReset, wide = false, children }: FieldRowProps) {
  const id = useId();
  const [opened, { toggle }] = useDisclosure(false);
  const { meta } = field;
  const changed = differsFromDefault(field, stored);
  return (
    <div className={classes.row} data-wide={wide || undefined} data-changed={changed || undefined}>
      <div className={classes.head}>
        <Tooltip label={meta.help} openDelay={500} maw={260} position="bottom-start">
          <label htmlFor={id} className={classes.label}>
            {meta.label}
          </label>
        </Tooltip>
        <div className={classes.tools}>
          <UnstyledButton
            className={classes.more}
            aria-expanded={opened}
            aria-controls={`${id}-about`}
            aria-label={`About ${meta.label}`}
            onClick={toggle}
          >
            <IconInfoCircle size={14} />
          </UnstyledButton>
          {changed && (
            <IconButton label={`Reset ${meta.label} to ${sayValue(field, field.fallback)}`} size={24} onClick={onReset}>
              <IconArrowBackUp size={14} />
            </IconButton>
          )}
        </div>
        {meta.broker !== undefined && <BrokerName name={meta.broker} />}
      </div>
      <div className={classes.control}>{children({ id, describedBy: `${id}-help` })}</div>
      <span id={`${id}-help`} className={classes.spoken}>
        {meta.help}
      </span>
      <div id={`${id}-about`} hidden={!opened} className={classes.about}>
        {opened && <FieldAbout field={field} />}
      </div>
    </div>
  );
}

/** The broker's own name of the setting, broken only after its dots and between its words: it is there to be read and looked up in full. */
function BrokerName({ name }: { readonly name: string }) {
  return (
    <code className={classes.broker}>
      {name.split(/(?<=\.)|(?<=[a-z])(?=[A-Z])/).map((part) => (
        <Fragment key={part}>
          {part}
          <wbr />
        </Fragment>
      ))}
    </code>
  );
}

function FieldAbout({ field }: { readonly field: Field }) {
  const { meta, control } = field;
  const openRules = use(RulesContext);
  const { broker } = meta;
  return (
    <>
      <p>{meta.help}</p>
      <dl>
        <dt>Default</dt>
        <dd>
          {sayValue(field, field.fallback)}
          {meta.origin !== undefined && <span className={classes.origin}> · {meta.origin}</span>}
        </dd>
        {control.type === 'number' && (
          <>
            <dt>Range</dt>
            <dd>
              {sayValue(field, control.min, { plain: true })} to {sayValue(field, control.max, { plain: true })}
            </dd>
          </>
        )}
        {meta.special !== undefined && (
          <>
            <dt>{meta.special.value}</dt>
            <dd>means {meta.special.meaning}</dd>
          </>
        )}
        {meta.simplified !== undefined && (
          <>
            <dt>Model</dt>
            <dd>{meta.simplified}</dd>
          </>
        )}
      </dl>
      {broker !== undefined && (
        <UnstyledButton className={classes.rules} onClick={() => openRules(broker)}>
          Rules that speak of it
        </UnstyledButton>
      )}
    </>
  );
}
