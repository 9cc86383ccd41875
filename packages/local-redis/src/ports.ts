import { randomInt } from 'node:crypto'

/**
 * A port that is free with luck: whoever binds it has to try another if it is not. It lies below the ports that
 * the system gives to outgoing connections, and so does the port 10,000 above it, which a cluster node binds as well.
 */
export const randomPort = (): number => randomInt(10_000, 22_001)

/** How many ports to try before giving up. */
export const portTries = 20
