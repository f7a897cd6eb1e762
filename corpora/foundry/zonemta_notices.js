'use strict'
// Writes down the notices of ZoneMTA's own plugin (plugins/core/email-bounce.js): no queue, no database.
//
//     npm install zone-mta && node zonemta_notices.js node_modules/zone-mta /srv/foundry/store-zonemta
//
// The plugin is given a stand-in for the application, and a bounce a case as ZoneMTA's sender describes it.
const fs = require('fs')
const path = require('path')
const { pipeline } = require('stream/promises')

const [home, into] = process.argv.slice(2)
const { Headers } = require(require.resolve('mailsplit', { paths: [path.resolve(home)] }))

const CASES = {
    userunknown: ['userunknown@sink.test', '550 5.1.1 <userunknown@sink.test>: Recipient address rejected: User unknown in virtual mailbox table'],
    full: ['full@sink.test', '552 5.2.2 <full@sink.test>: Mailbox is full / Quota exceeded'],
    nohost: ['someone@nohost.test', '550 DNS Error: Domain nohost.test does not exist'],
    greylist: ['greylist@sink.test', '451 4.7.1 Greylisting in action, please come back in 00:05:00', true],
}
const hooks = {}
const app = {
    config: {
        zoneConfig: {},
        mailerDaemon: { name: 'Mail Delivery Subsystem', address: 'mailer-daemon@[HOSTNAME]' },
        sendingZone: 'bounces',
        delayEmail: { enabled: true, after: 1000 },
    },
    logger: console,
    remotelog() {},
    getQueue: () => ({ generateId: (done) => done(null, '19ab5c7e1f2000a1b2') }),
    addHook: (name, hook) => (hooks[name] = hook),
}

async function main() {
    fs.mkdirSync(into, { recursive: true })
    require(path.join(path.resolve(home), 'plugins/core/email-bounce.js')).init(app, () => {})
    for (const [name, [to, response, delayed]] of Object.entries(CASES)) {
        const header = `From: List <list@bounces.test>\r\nTo: ${to}\r\nSubject: mailkit corpus zonemta ${name}\r\nMessage-ID: <${name}.zonemta@bounces.test>\r\nDate: Wed, 25 Nov 2026 20:00:00 +0000\r\n\r\n`
        const bounce = {
            id: '19ab5c7e1f1000c3d4', seq: '001', from: `sender+${name}@bounces.test`, to, name: 'zonemta.test',
            headers: new Headers(Buffer.from(header)), zone: 'default', interface: 'feeder', arrivalDate: Date.UTC(2026, 10, 25, 20),
            mxHostname: name === 'nohost' ? false : 'sink.test', response,
        }
        const maildrop = {
            add: (envelope, stream, done) =>
                pipeline(stream, fs.createWriteStream(path.join(into, `zonemta-${name}.eml`), { flags: 'wx' })).then(() => done(), done),
        }
        if (delayed) await hooks['queue:delayed'](bounce, maildrop, { first: 0, prev: 500, last: 2000 })
        else await new Promise((done) => hooks['queue:bounce'](bounce, maildrop, done))
    }
}

main()
