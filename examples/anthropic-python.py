"""The official Anthropic client against any provider: here a model of OpenAI.

    pip install anthropic
    WEIR_KEY=weir_... python examples/anthropic-python.py
"""

import os

from anthropic import Anthropic

client = Anthropic(
    base_url=os.environ.get("WEIR_URL", "http://127.0.0.1:8080"),
    api_key=os.environ["WEIR_KEY"],
)

with client.messages.stream(
    model=os.environ.get("MODEL", "gpt-4o-mini"),
    max_tokens=500,
    messages=[{"role": "user", "content": "How much water does a weir hold back?"}],
) as stream:
    for text in stream.text_stream:
        print(text, end="")
    message = stream.get_final_message()
print()
print(message.usage.input_tokens + message.usage.output_tokens, "tokens")
