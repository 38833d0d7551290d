import { useEffect, useRef, useState, type RefObject } from 'react';

/** For a box that was just added, to be filled in: it takes the focus once, when it appears. */
export function useFocusWhenNew(isNew: boolean): RefObject<HTMLInputElement | null> {
  const box = useRef<HTMLInputElement>(null);
  const [wanted] = useState(isNew);
  useEffect(() => {
    if (wanted) box.current?.focus();
  }, [wanted]);
  return box;
}
