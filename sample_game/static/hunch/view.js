/**
 * The rendering kit: Preact and htm, bound once.
 * @module
 */
import { h } from "preact";
import htm from "htm";

export const html = htm.bind(h);
export { render } from "preact";
export { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
