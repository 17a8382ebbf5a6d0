// What the node says, asked for again and again.

const PAUSE_MILLIS = 3000;
const PATIENCE_MILLIS = 5000;

/**
 * The answer to one GET as JSON.
 *
 * @throws where there is none within a few seconds
 */
export async function ask(path) {
  const answer = await fetch(path, {
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE_MILLIS),
  });
  if (!answer.ok) {
    throw new Error(`${answer.status} of ${path}`);
  }
  return answer.json();
}

/**
 * Asks for the mesh for as long as the page is there: one question at a time, and a pause after
 * each answer.
 *
 * @param heard told of each answer
 * @param silent told of each question that wasn't answered
 */
export async function followMesh(heard, silent) {
  for (;;) {
    let mesh;
    try {
      mesh = await ask("mesh.json");
    } catch {
      silent();
    }
    if (mesh) {
      tell(heard, mesh);
    }
    await pause();
  }
}

/** A fault of the page shows in the console, and the next answer may do better. */
function tell(heard, mesh) {
  try {
    heard(mesh);
  } catch (error) {
    reportError(error);
  }
}

/** Ends early when somebody comes back to the page. */
function pause() {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", endIfSeen);
      resolve();
    };
    const endIfSeen = () => {
      if (!document.hidden) {
        end();
      }
    };
    const timer = setTimeout(end, PAUSE_MILLIS);
    document.addEventListener("visibilitychange", endIfSeen);
  });
}
