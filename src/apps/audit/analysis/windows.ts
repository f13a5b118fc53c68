/** Over how many steps an audit smooths. A long run is looked at more coarsely, so that chance gets no more looks at it than at a short one. */

/** Steps of the trailing means that peak and onset are found on. */
export const smoothingWindow = (steps: number): number => Math.max(5, Math.round(steps / 20));

/** Steps of the window that slopes and levels of phases are taken over: odd, so that it has a middle. */
export const phaseWindow = (steps: number): number => 2 * Math.floor(Math.max(11, steps / 10) / 2) + 1;
