// How figures become one, and how they are written.

const sorted = (values) => [...values].sort((a, b) => a - b);
export const quantile = (values, share) => sorted(values)[Math.round((values.length - 1) * share)];
export const median = (values) => quantile(values, 0.5);

export const ms = (value) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
export const us = (value) => `${(1000 * value).toFixed(0)} µs`;
export const mb = (value) => `${value.toFixed(1)} MB`;
export const percent = (value) => `${value.toFixed(1)} %`;
export const times = (value) => `${value.toFixed(2)} ×`;
export const seconds = (value) => `${value.toFixed(2)} s`;
