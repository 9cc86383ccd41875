import { defaults } from './defaults.ts'
import { faultNames, faults } from './faults/order.ts'

export const help = `Usage: pnpm demo [options]

Several processes share one session with a ServiceTrade emulator, which keeps ending that session. One of
them logs in again, all of them go on, and no request fails. Exits 1 if one of these promises was broken.

  --processes <n>    worker processes                        (${defaults.processes}; with --base-url ${defaults.real.processes})
  --loops <n>        requests that each keeps going          (${defaults.loops}; with --base-url ${defaults.real.loops})
  --pause <ms>       between two requests of a loop, about    (${defaults.pause}; with --base-url ${defaults.real.pause})
  --seconds <n>      how long the storm lasts                (${defaults.seconds})
  --resets <n>       how often all sessions are ended        (about one per second)
  --kills <n>        how often the process that is logging
                     in is killed, at one of the resets      (${defaults.kills}, or as many as there are resets)
  --store <where>    where the session is shared: 'file', a file that is removed at the end; 'redis',
                     'redis-cluster' or 'redis-sentinel', real servers that are started and ended;
                     'memory', which processes cannot share, so that each logs in for itself; a
                     redis:// URL; or the path of a file      (file)
  --fault <list>     faults that strike one after the other, as in redis-freeze:5000+reset,login-kill:
                     for how many ms, and whether the session is reset in the middle of it
  --faults <n>       so many faults more, drawn at random     (0)
  --seed <n>         draws the same ones again                (random)
  --settle <n>       seconds from the last fault until unused sessions are counted  (${defaults.settling})
  --plain            a line per second, also in a terminal
  --json             nothing but the summary, as JSON
  --help             this text

For a real server, which is only read from, and slowly. Nothing can make it end sessions: there are no
resets and no kills, and no emulator is started.

  --base-url <url>   the server, as in https://api.servicetrade.com
  --username <name>
  --password <text>  better as LATCHKEY_PASSWORD in the environment: others on this machine can read arguments

Faults, and how long they last (ms) where that is drawn at random; those of Redis and the network need a
Redis that was started here:

${faultNames.map((name) => `  ${name.padEnd(17)}${faults[name].what}${timesOf(faults[name].times)}`).join('\n')}
`

function timesOf([least, most]: readonly [number, number]): string {
  return most === 0 ? '' : `, ${least} to ${most}`
}
