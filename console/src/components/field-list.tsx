import type { ReactElement, ReactNode } from 'react';

/** Names and values, one below the other. */
export const FieldList = ({ fields }: { readonly fields: readonly (readonly [string, ReactNode])[] }): ReactElement => (
  <dl className="fields">
    {fields.map(([name, value]) => (
      <div key={name}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
);
