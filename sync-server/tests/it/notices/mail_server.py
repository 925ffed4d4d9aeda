"""An SMTP server on the loopback that keeps what it is sent: one JSON line a message on standard output.

Its first line is its port. It ends when its standard input does. Recipients called `unknown...` are refused for good, those called
`busy...` for now. Message bodies are read by Python's own parser, which knows nothing of who wrote them.
"""

import asyncio
import email
import email.policy
import json
import os
import sys
import threading

sys.path.insert(0, sys.argv[1])
from aiosmtpd.smtp import SMTP  # noqa: E402


class Keep:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("unknown"):
            return "550 5.1.1 There is nobody of that name"
        if address.startswith("busy"):
            return "451 4.2.1 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        kept = {
            "to": envelope.rcpt_tos,
            "from": envelope.mail_from,
            "headers": [name.lower() for name in message.keys()],
            "subject": message["subject"],
            "name": message["to"].addresses[0].display_name,
            "id": message["message-id"],
            "text": message.get_content(),
        }
        print(json.dumps(kept), flush=True)
        return "250 Kept"


async def main():
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(Keep()), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def end_with_input():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end_with_input, daemon=True).start()
asyncio.run(main())
