"""The official OpenAI client, whole and streamed, against any provider.

    pip install openai
    WEIR_KEY=weir_... python examples/openai-python.py
"""

import os

from openai import OpenAI

client = OpenAI(
    base_url=os.environ.get("WEIR_URL", "http://127.0.0.1:8080") + "/v1",
    api_key=os.environ["WEIR_KEY"],
)
model = os.environ.get("MODEL", "claude-sonnet-4-5")

reply = client.chat.completions.create(
    model=model,
    messages=[{"role": "user", "content": "How much water does a weir hold back?"}],
)
print(reply.choices[0].message.content)
print(reply.usage.total_tokens, "tokens")

stream = client.chat.completions.create(
    model=model,
    messages=[{"role": "user", "content": "Now in 20 words."}],
    stream=True,
)
for chunk in stream:
    print(chunk.choices[0].delta.content or "", end="")
print()
