/**
 * Where the meter stands in the status bar, its Stop right beside it. The editor's own items have whole numbers (errors and
 * warnings: 50), and would stand between two that are one apart.
 */
export const statusPriority = 50.2;
export const stopPriority = 50.1;
