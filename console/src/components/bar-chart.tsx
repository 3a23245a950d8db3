import type { ReactElement } from 'react';

/** Options of `BarChart`. */
interface BarChartProps {
  /** Description for screen readers. A table beside the chart contains the numbers. */
  readonly label: string;
  readonly values: readonly number[];
  /** The name of each bar, shown while the pointer is over it. */
  readonly names: readonly string[];
  readonly color: string;
}

const height = 72;
const step = 10;

/** A small bar chart of a period, oldest at the left. */
export const BarChart = ({ label, values, names, color }: BarChartProps): ReactElement => {
  const most = Math.max(1, ...values);
  const width = values.length * step;
  return (
    <svg
      className="bars"
      viewBox={`0 0 ${String(width)} ${String(height)}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <line x1={0} x2={width} y1={height - 0.5} y2={height - 0.5} stroke="var(--mantine-color-default-border)" />
      {values.map((value, index) => {
        const size = value === 0 ? 0 : Math.max(2, (value / most) * (height - 4));
        return (
          <g key={index} className="chart-bar">
            <title>{`${names[index] ?? ''}: ${value.toLocaleString()}`}</title>
            <rect x={index * step} y={0} width={step} height={height} fill="transparent" />
            <rect x={index * step + 1.5} y={height - size} width={step - 3} height={size} rx={1} fill={color} />
          </g>
        );
      })}
    </svg>
  );
};
