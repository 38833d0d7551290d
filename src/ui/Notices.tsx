import { IconAlertTriangle, IconCheck, IconInfoCircle, IconX } from '@tabler/icons-react';
import { useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import { closeNotice, currentNotices, onNotices, type Notice } from './notices.ts';
import classes from './Notices.module.css';

const ICONS: Readonly<Record<Notice['kind'], ReactNode>> = {
  info: <IconInfoCircle size={16} />,
  ok: <IconCheck size={16} />,
  warning: <IconAlertTriangle size={16} />,
  error: <IconAlertTriangle size={16} />,
};

/** The place where notices appear; once in the app. Spoken politely by screen readers. */
export function Notices() {
  const notices = useSyncExternalStore(onNotices, currentNotices);
  return (
    <div className={classes.place} role="status" aria-live="polite" aria-label="Notices">
      {notices.map((notice) => (
        <Line key={notice.id} notice={notice} />
      ))}
    </div>
  );
}

function Line({ notice }: { readonly notice: Notice }) {
  const { id, kind, text, action, forMs } = notice;
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (forMs === null || held) return undefined;
    const timer = setTimeout(() => closeNotice(id), forMs);
    return () => clearTimeout(timer);
  }, [id, forMs, held]);
  return (
    <div
      className={classes.notice}
      data-kind={kind}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span className={classes.icon} aria-hidden>
        {ICONS[kind]}
      </span>
      <span className={classes.text}>{text}</span>
      {action !== undefined && (
        <button
          type="button"
          className={classes.action}
          onClick={() => {
            closeNotice(id);
            action.perform();
          }}
        >
          {action.label}
        </button>
      )}
      <button type="button" className={classes.close} aria-label="Close" onClick={() => closeNotice(id)}>
        <IconX size={14} />
      </button>
    </div>
  );
}
