// The incoming call that the running code serves, right also after every await.
import { AsyncLocalStorage } from "node:async_hooks";

export const current = new AsyncLocalStorage();
