import stoa from "stoa";

const counter = { value: () => 7 };
let back;

async function outcome(call) {
  try {
    return String(await call());
  } catch (e) {
    return `${e.code}: ${e.message}`;
  }
}

/** Hands an object out, gets it back, and calls it as what the call returned. */
export async function hands_out() {
  await stoa.module("keeper").keep(stoa.ref(counter));
  back = stoa.module("keeper").kept_thing();
  return [String((await back) === counter), await outcome(() => back.value())];
}

export const calls_again = () => outcome(() => back.value());

export async function data() {
  const call = stoa.module("keeper").echo({ a: [1] });
  await call;
  return outcome(() => call.value());
}

/** So many objects go out and come home. */
export async function round_trips(count) {
  let same = 0;
  for (let i = 0; i < count; i++) {
    const one = () => i;
    same += (await stoa.module("keeper").echo(one)) === one;
    await stoa.module("keeper").keep(stoa.ref(counter));
    same += (await stoa.module("keeper").kept_thing()) === counter;
  }
  return same;
}
