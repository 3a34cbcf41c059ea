"""An AutoGen agent as its users write it; only base URL and key are Weir's. Prints one JSON line per conversation.

Usage: python autogen_session.py URL KEY
"""

import asyncio
import json
import sys

from autogen_agentchat.agents import AssistantAgent
from autogen_agentchat.messages import TextMessage
from autogen_core import CancellationToken
from autogen_ext.models.openai import OpenAIChatCompletionClient
from pydantic import BaseModel

URL, KEY = sys.argv[1:3]


class Verdict(BaseModel):
    name: str
    score: int


def client():
    return OpenAIChatCompletionClient(model="gpt-4o-mini", temperature=0.7, base_url=f"{URL}/v1", api_key=KEY, max_retries=0)


async def talk(label, **agent):
    model = client()
    try:
        assistant = AssistantAgent("analyst", model_client=model, **agent)
        message = TextMessage(content=f"Judge this: {label}", source="user")
        response = await assistant.on_messages([message], CancellationToken())
        content = response.chat_message.content
        said = content.model_dump() if isinstance(content, BaseModel) else content
        line = {"label": label, "said": said, "problem": None}
    except Exception as problem:
        line = {"label": label, "said": None, "problem": f"{type(problem).__name__}: {problem}"[:500]}
    finally:
        await model.close()
    print(json.dumps(line), flush=True)


async def main():
    await talk("plain")
    await talk("after an outage")
    await talk("structured", output_content_type=Verdict)
    await talk("wrong, then right", output_content_type=Verdict)
    await talk("hopeless", output_content_type=Verdict)


asyncio.run(main())
