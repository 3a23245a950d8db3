import { useState } from 'react';

/**
 * The text of a search field that belongs to a filter in the URL. It is what the user types, until the filter changes
 * for another reason: a link, the command palette or a button that clears the filters.
 * @param filter the filter in the URL, which may follow the text with a delay and without spaces at the ends
 */
export const useSearchText = (filter: string): readonly [text: string, setText: (text: string) => void] => {
  const [text, setText] = useState(filter);
  const [known, setKnown] = useState(filter);
  if (known !== filter) {
    setKnown(filter);
    if (text.trim() !== filter.trim()) setText(filter);
  }
  return [text, setText];
};
