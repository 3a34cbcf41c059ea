"""Asks both official Python libraries for everything, of both providers, and prints one JSON line per check.

Usage: python session.py URL KEY. Nothing of Weir is known here but its address and a key.
"""

import json
import sys

import anthropic
import openai

URL, KEY = sys.argv[1:3]
SENTENCE = "The weir holds 42 litres, naïve café ☕ 漢字 at 8 °C"
SAY = f'say "{SENTENCE}"'
TWO_CITIES = "What is the weather in Oslo and Rome?"
BOTH = [("get_weather", {"city": "Oslo"}), ("get_weather", {"city": "Rome"})]
PARAMETERS = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}
PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
    "required": ["name", "age"],
    "additionalProperties": False,
}
MODELS = {"openai": "openai/gpt-4o-mini", "anthropic": "anthropic/claude-sonnet-4-6"}


def expect(got, wanted):
    if got != wanted:
        raise AssertionError(f"got {got!r}, wanted {wanted!r}")


class OpenAiChat:
    """Chat Completions of the `openai` package."""

    library = openai

    def __init__(self, key=KEY):
        self.client = openai.OpenAI(base_url=f"{URL}/v1", api_key=key, max_retries=0)
        function = {"name": "get_weather", "strict": True, "parameters": PARAMETERS}
        self.tools = [{"type": "function", "function": function}]

    def create(self, model, prompt, **more):
        messages = [{"role": "user", "content": prompt}]
        return self.client.chat.completions.create(model=model, messages=messages, **more)

    def text(self, model, prompt):
        reply = self.create(model, prompt)
        return reply.choices[0].message.content, reply.usage.prompt_tokens, reply.usage.completion_tokens

    def stream(self, model, prompt):
        messages = [{"role": "user", "content": prompt}]
        options = {"include_usage": True}
        with self.client.chat.completions.stream(model=model, messages=messages, stream_options=options) as events:
            reply = events.get_final_completion()
        return reply.choices[0].message.content, reply.usage.prompt_tokens, reply.usage.completion_tokens

    def call_tools(self, model, prompt):
        calls = self.create(model, prompt, tools=self.tools).choices[0].message.tool_calls
        return [(call.function.name, json.loads(call.function.arguments)) for call in calls]

    def stream_tools(self, model, prompt):
        messages = [{"role": "user", "content": prompt}]
        with self.client.chat.completions.stream(model=model, messages=messages, tools=self.tools) as events:
            calls = events.get_final_completion().choices[0].message.tool_calls
        return [(call.function.name, json.loads(call.function.arguments)) for call in calls]

    def schema(self, model):
        json_schema = {"name": "person", "strict": True, "schema": PERSON}
        reply = self.create(model, "Ada, 36.", response_format={"type": "json_schema", "json_schema": json_schema})
        return json.loads(reply.choices[0].message.content)

    def abort(self, model, prompt):
        with self.create(model, prompt, stream=True) as chunks:
            for chunk in chunks:
                if chunk.choices and chunk.choices[0].delta.content:
                    return


class OpenAiResponses(OpenAiChat):
    """Responses of the `openai` package."""

    def __init__(self, key=KEY):
        super().__init__(key)
        self.tools = [{"type": "function", "name": "get_weather", "strict": True, "parameters": PARAMETERS}]

    def create(self, model, prompt, **more):
        return self.client.responses.create(model=model, input=prompt, **more)

    def text(self, model, prompt):
        reply = self.create(model, prompt)
        return reply.output_text, reply.usage.input_tokens, reply.usage.output_tokens

    def stream(self, model, prompt):
        with self.client.responses.stream(model=model, input=prompt) as events:
            reply = events.get_final_response()
        return reply.output_text, reply.usage.input_tokens, reply.usage.output_tokens

    def call_tools(self, model, prompt):
        return self.calls_of(self.create(model, prompt, tools=self.tools))

    def stream_tools(self, model, prompt):
        with self.client.responses.stream(model=model, input=prompt, tools=self.tools) as events:
            return self.calls_of(events.get_final_response())

    def calls_of(self, reply):
        return [(item.name, json.loads(item.arguments)) for item in reply.output if item.type == "function_call"]

    def schema(self, model):
        text_format = {"type": "json_schema", "name": "person", "strict": True, "schema": PERSON}
        return json.loads(self.create(model, "Ada, 36.", text={"format": text_format}).output_text)

    def abort(self, model, prompt):
        with self.create(model, prompt, stream=True) as events:
            for event in events:
                if event.type == "response.output_text.delta":
                    return


class AnthropicMessages:
    """Messages of the `anthropic` package."""

    library = anthropic

    def __init__(self, key=KEY):
        self.client = anthropic.Anthropic(base_url=URL, api_key=key, max_retries=0)
        self.tools = [{"name": "get_weather", "description": "The weather", "input_schema": PARAMETERS}]

    def create(self, model, prompt, **more):
        messages = [{"role": "user", "content": prompt}]
        return self.client.messages.create(model=model, max_tokens=1000, messages=messages, **more)

    def text_of(self, reply):
        text = "".join(block.text for block in reply.content if block.type == "text")
        return text, reply.usage.input_tokens, reply.usage.output_tokens

    def text(self, model, prompt):
        return self.text_of(self.create(model, prompt))

    def streaming(self, model, prompt, **more):
        messages = [{"role": "user", "content": prompt}]
        return self.client.messages.stream(model=model, max_tokens=1000, messages=messages, **more)

    def stream(self, model, prompt):
        with self.streaming(model, prompt) as events:
            return self.text_of(events.get_final_message())

    def calls_of(self, reply):
        return [(block.name, block.input) for block in reply.content if block.type == "tool_use"]

    def call_tools(self, model, prompt):
        return self.calls_of(self.create(model, prompt, tools=self.tools))

    def stream_tools(self, model, prompt):
        with self.streaming(model, prompt, tools=self.tools) as events:
            return self.calls_of(events.get_final_message())

    def schema(self, model):
        output_config = {"format": {"type": "json_schema", "schema": PERSON}}
        return json.loads(self.text_of(self.create(model, "Ada, 36.", output_config=output_config))[0])

    def abort(self, model, prompt):
        with self.streaming(model, prompt) as events:
            for _text in events.text_stream:
                return


def check_text(client, model):
    text, input_tokens, output_tokens = client.text(model, SAY)
    expect(text, SENTENCE)
    expect(input_tokens > 5 and output_tokens > 5, True)
    expect(client.stream(model, SAY), (text, input_tokens, output_tokens))


def check_tools(client, model):
    expect(client.call_tools(model, TWO_CITIES), BOTH)
    expect(client.stream_tools(model, TWO_CITIES), BOTH)


def check_schema(client, model):
    person = client.schema(model)
    expect(sorted(person), ["age", "name"])
    expect(type(person["age"]), int)


def check_errors(client, model):
    try:
        client.text(f"{model.split('/')[0]}/missing-model", "hi")
        raise AssertionError("a model that does not exist answered")
    except client.library.NotFoundError as error:
        expect(error.status_code, 404)
    try:
        type(client)("weir_wrong").text(model, "hi")
        raise AssertionError("a wrong key was taken")
    except client.library.AuthenticationError as error:
        expect(error.status_code, 401)


def check_abort(client, model):
    client.abort(model, "in 300 words")


CHECKS = {
    "text and stream": check_text,
    "tools, whole and streamed": check_tools,
    "JSON schema": check_schema,
    "errors": check_errors,
    "abort": check_abort,
}

for make in (OpenAiChat, OpenAiResponses, AnthropicMessages):
    for provider, name in MODELS.items():
        for what, check in CHECKS.items():
            line = {"client": make.__name__, "provider": provider, "check": what, "problem": None}
            try:
                check(make(), name)
            except Exception as problem:  # every failure is reported, none stops the rest
                line["problem"] = f"{type(problem).__name__}: {problem}"[:500]
            print(json.dumps(line), flush=True)

print(json.dumps({"openai": openai.__version__, "anthropic": anthropic.__version__}), flush=True)
