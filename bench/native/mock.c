// A mock LLM upstream that costs next to nothing: one thread, epoll, keep-alive, replies built once at start.
//
//   mock [--port N] [--chunks 100] [--gap-us 10000] [--delay-ms 0]
//
// --port 0 (default) takes a free port; "mock listening on http://127.0.0.1:PORT" is printed when it is ready.
// POST .../chat/completions answers in OpenAI's shapes, POST .../messages in Anthropic's. A body that holds
// "stream":true gets a server-sent event stream of --chunks writes, --gap-us apart (0 = without waiting).
// The first write holds the start events and the first words together, as real providers send them.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

typedef struct {
  char *bytes;
  size_t length;
} buffer;

typedef struct {
  buffer json;
  buffer stream_head;
  buffer *chunks;
} wire;

enum state { READING, WAITING_JSON, STREAMING, DEAD };

typedef struct {
  int fd;
  enum state state;
  const wire *wire;
  char *in;
  size_t in_length, in_capacity;
  size_t request_length;  // 0 until the header block of the current request is complete
  int next_chunk;         // -1 = the response head is still to be sent
  uint64_t due_us;        // when the next chunk is due; kept on schedule even when we run late
  unsigned generation;    // a timer of an older generation is stale
  char *out;              // bytes the socket did not take yet
  size_t out_length, out_offset, out_capacity;
} connection;

typedef struct {
  uint64_t due_us;
  connection *connection;
  unsigned generation;
} timer;

static int epoll_fd, chunk_count = 100;
static uint64_t gap_us = 10000, delay_us = 0;
static wire openai, anthropic;
static timer *timers;
static size_t timer_count, timer_capacity;

static uint64_t now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000ull + t.tv_nsec / 1000;
}

static void *must(void *pointer) {
  if (!pointer) {
    perror("memory");
    exit(1);
  }
  return pointer;
}

// ---- timers: a binary heap ordered by due time ----

static void add_timer(uint64_t due_us, connection *c) {
  if (timer_count == timer_capacity) {
    timer_capacity = timer_capacity ? timer_capacity * 2 : 1024;
    timers = must(realloc(timers, timer_capacity * sizeof *timers));
  }
  size_t i = timer_count++;
  for (; i && timers[(i - 1) / 2].due_us > due_us; i = (i - 1) / 2) timers[i] = timers[(i - 1) / 2];
  timers[i] = (timer){due_us, c, c->generation};
}

static timer pop_timer(void) {
  timer first = timers[0], last = timers[--timer_count];
  size_t i = 0;
  for (;;) {
    size_t child = 2 * i + 1;
    if (child >= timer_count) break;
    if (child + 1 < timer_count && timers[child + 1].due_us < timers[child].due_us) child++;
    if (timers[child].due_us >= last.due_us) break;
    timers[i] = timers[child];
    i = child;
  }
  timers[i] = last;
  return first;
}

// ---- replies ----

static buffer copy_of(const char *bytes, size_t length) {
  buffer b = {must(malloc(length)), length};
  memcpy(b.bytes, bytes, length);
  return b;
}

static buffer json_reply(const char *body) {
  char reply[8192];
  int n = snprintf(reply, sizeof reply,
                   "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-request-id: req_mock_1\r\n"
                   "date: Thu, 01 Jan 2026 00:00:00 GMT\r\ncontent-length: %zu\r\n\r\n%s",
                   strlen(body), body);
  return copy_of(reply, n);
}

static buffer stream_head(void) {
  const char *head =
      "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ncache-control: no-cache\r\n"
      "x-request-id: req_mock_1\r\ntransfer-encoding: chunked\r\n\r\n";
  return copy_of(head, strlen(head));
}

static buffer http_chunk(const char *events, int is_last) {
  char framed[4096];
  int n = snprintf(framed, sizeof framed, "%zx\r\n%s\r\n%s", strlen(events), events, is_last ? "0\r\n\r\n" : "");
  return copy_of(framed, n);
}

static void write_text(char *text, size_t length) {
  const char *phrase = "The quick brown fox jumps over the lazy dog. ";
  for (size_t i = 0; i < length; i++) text[i] = phrase[i % 45];
  text[length] = 0;
}

// Every wire says the same: chunks 0..n-3 carry one word each, n-2 the finish, n-1 usage and the terminator.
#define OPENAI_CHUNK                                                                                  \
  "data: {\"id\":\"chatcmpl-mock000001\",\"object\":\"chat.completion.chunk\",\"created\":1760000000," \
  "\"model\":\"gpt-4o-mini-2024-07-18\",\"system_fingerprint\":\"fp_mock\",\"choices\":["
#define OPENAI_DELTA(delta, finish)                                                                 \
  OPENAI_CHUNK "{\"index\":0,\"delta\":{" delta "},\"logprobs\":null,\"finish_reason\":" finish "}]," \
               "\"usage\":null}\n\n"

static void build_openai(void) {
  char text[1200], body[4096], events[2048];
  write_text(text, 1100);
  snprintf(body, sizeof body,
           "{\"id\":\"chatcmpl-mock000001\",\"object\":\"chat.completion\",\"created\":1760000000,"
           "\"model\":\"gpt-4o-mini-2024-07-18\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
           "\"content\":\"%s\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"}],"
           "\"usage\":{\"prompt_tokens\":210,\"completion_tokens\":245,\"total_tokens\":455,"
           "\"prompt_tokens_details\":{\"cached_tokens\":0}},\"system_fingerprint\":\"fp_mock\"}",
           text);
  openai.json = json_reply(body);
  openai.stream_head = stream_head();
  openai.chunks = must(malloc(chunk_count * sizeof(buffer)));
  for (int i = 0; i < chunk_count; i++) {
    if (i == 0)
      snprintf(events, sizeof events, "%s%s",
               OPENAI_DELTA("\"role\":\"assistant\",\"content\":\"\",\"refusal\":null", "null"),
               OPENAI_DELTA("\"content\":\" word\"", "null"));
    else if (i == chunk_count - 1)
      snprintf(events, sizeof events,
               OPENAI_CHUNK "],\"usage\":{\"prompt_tokens\":210,\"completion_tokens\":%d,\"total_tokens\":%d}}\n\n"
                            "data: [DONE]\n\n",
               chunk_count - 2, 210 + chunk_count - 2);
    else if (i == chunk_count - 2)
      snprintf(events, sizeof events, "%s", OPENAI_DELTA("", "\"stop\""));
    else
      snprintf(events, sizeof events, "%s", OPENAI_DELTA("\"content\":\" word\"", "null"));
    openai.chunks[i] = http_chunk(events, i == chunk_count - 1);
  }
}

#define ANTHROPIC_DELTA                                                                       \
  "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{" \
  "\"type\":\"text_delta\",\"text\":\" word\"}}\n\n"

static void build_anthropic(void) {
  char text[1200], body[4096], events[2048];
  write_text(text, 1100);
  snprintf(body, sizeof body,
           "{\"id\":\"msg_mock000001\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-3-5-haiku-20241022\","
           "\"content\":[{\"type\":\"text\",\"text\":\"%s\"}],\"stop_reason\":\"end_turn\",\"stop_sequence\":null,"
           "\"usage\":{\"input_tokens\":210,\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,"
           "\"output_tokens\":245}}",
           text);
  anthropic.json = json_reply(body);
  anthropic.stream_head = stream_head();
  anthropic.chunks = must(malloc(chunk_count * sizeof(buffer)));
  for (int i = 0; i < chunk_count; i++) {
    if (i == 0)
      snprintf(events, sizeof events,
               "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_mock000001\","
               "\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-3-5-haiku-20241022\",\"content\":[],"
               "\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":210,"
               "\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,\"output_tokens\":1}}}\n\n"
               "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{"
               "\"type\":\"text\",\"text\":\"\"}}\n\nevent: ping\ndata: {\"type\":\"ping\"}\n\n%s",
               ANTHROPIC_DELTA);
    else if (i == chunk_count - 1)
      snprintf(events, sizeof events,
               "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\","
               "\"stop_sequence\":null},\"usage\":{\"output_tokens\":%d}}\n\n"
               "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
               chunk_count - 2);
    else if (i == chunk_count - 2)
      snprintf(events, sizeof events,
               "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n");
    else
      snprintf(events, sizeof events, "%s", ANTHROPIC_DELTA);
    anthropic.chunks[i] = http_chunk(events, i == chunk_count - 1);
  }
}

// ---- connections ----

static void watch(connection *c, uint32_t events) {
  struct epoll_event e = {.events = events, .data.ptr = c};
  epoll_ctl(epoll_fd, EPOLL_CTL_MOD, c->fd, &e);
}

static void send_bytes(connection *c, buffer b) {
  const char *bytes = b.bytes;
  size_t length = b.length;
  if (c->out_length == c->out_offset) {
    ssize_t written = write(c->fd, bytes, length);
    if (written == (ssize_t)length) return;
    if (written < 0) {
      if (errno != EAGAIN) {
        c->state = DEAD;
        return;
      }
      written = 0;
    }
    bytes += written;
    length -= written;
    c->out_length = c->out_offset = 0;
  }
  if (c->out_length + length > c->out_capacity) {
    c->out_capacity = (c->out_length + length) * 2;
    c->out = must(realloc(c->out, c->out_capacity));
  }
  memcpy(c->out + c->out_length, bytes, length);
  c->out_length += length;
  watch(c, EPOLLIN | EPOLLOUT);
}

static void flush_rest(connection *c) {
  ssize_t written = write(c->fd, c->out + c->out_offset, c->out_length - c->out_offset);
  if (written > 0) c->out_offset += written;
  if (c->out_offset == c->out_length) {
    c->out_length = c->out_offset = 0;
    watch(c, EPOLLIN);
  }
}

static void finish_reply(connection *c) {
  if (c->state == DEAD) return;
  c->state = READING;
  c->in_length -= c->request_length;
  memmove(c->in, c->in + c->request_length, c->in_length);
  c->request_length = 0;
}

static void send_due(connection *c) {
  if (c->state == WAITING_JSON) {
    send_bytes(c, c->wire->json);
    finish_reply(c);
    return;
  }
  if (c->state != STREAMING) return;
  if (c->next_chunk < 0) {
    send_bytes(c, c->wire->stream_head);
    c->next_chunk = 0;
    c->due_us = now_us();
  }
  do send_bytes(c, c->wire->chunks[c->next_chunk++]);
  while (gap_us == 0 && c->next_chunk < chunk_count && c->state == STREAMING);
  if (c->next_chunk >= chunk_count)
    finish_reply(c);
  else
    add_timer(c->due_us += gap_us, c);
}

// Bytes of the request at the front of the buffer, 0 while its end is unknown.
static size_t request_length_of(connection *c) {
  char *head_end = memmem(c->in, c->in_length, "\r\n\r\n", 4);
  if (!head_end) return 0;
  size_t head_length = head_end - c->in + 4, content_length = 0;
  int is_chunked = 0;
  for (char *line = c->in; line < head_end;) {
    if (!strncasecmp(line, "content-length:", 15)) content_length = strtoul(line + 15, 0, 10);
    if (!strncasecmp(line, "transfer-encoding:", 18)) is_chunked = 1;
    line = memchr(line, '\n', head_end - line + 2);
    if (!line) break;
    line++;
  }
  if (!is_chunked) return head_length + content_length;
  char *body = c->in + head_length;
  size_t body_length = c->in_length - head_length;
  if (body_length >= 5 && !memcmp(body, "0\r\n\r\n", 5)) return head_length + 5;
  char *end = memmem(body, body_length, "\r\n0\r\n\r\n", 7);
  return end ? (size_t)(end - c->in) + 7 : 0;
}

static int asks_for_stream(connection *c) {
  char *field = memmem(c->in, c->request_length, "\"stream\":", 9);
  if (!field) return 0;
  for (field += 9; *field == ' ';) field++;
  return !strncmp(field, "true", 4);
}

static void start_replies(connection *c) {
  while (c->state == READING && c->in_length) {
    if (!c->request_length) c->request_length = request_length_of(c);
    if (!c->request_length || c->in_length < c->request_length) return;
    char *line_end = memchr(c->in, '\n', c->in_length);
    c->wire = memmem(c->in, line_end - c->in, "/messages", 9) ? &anthropic : &openai;
    c->state = asks_for_stream(c) ? STREAMING : WAITING_JSON;
    c->next_chunk = -1;
    c->generation++;
    if (delay_us)
      add_timer(now_us() + delay_us, c);
    else
      send_due(c);
  }
}

static void read_requests(connection *c) {
  for (;;) {
    if (c->in_length == c->in_capacity) {
      c->in_capacity *= 2;
      c->in = must(realloc(c->in, c->in_capacity + 1));
    }
    ssize_t got = read(c->fd, c->in + c->in_length, c->in_capacity - c->in_length);
    if (got == 0 || (got < 0 && errno != EAGAIN)) c->state = DEAD;
    if (got <= 0) break;
    c->in_length += got;
    c->in[c->in_length] = 0;
    if (c->in_length < c->in_capacity) break;
  }
  if (c->state != DEAD) start_replies(c);
}

// The struct itself is kept: a timer may still point at it, and its new generation makes that timer stale.
static void bury(connection *c) {
  close(c->fd);
  free(c->in);
  free(c->out);
  c->fd = -1;
  c->in = c->out = 0;
  c->generation++;
}

static void accept_all(int listener) {
  for (;;) {
    int fd = accept4(listener, 0, 0, SOCK_NONBLOCK), on = 1;
    if (fd < 0) return;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connection *c = must(calloc(1, sizeof *c));
    c->fd = fd;
    c->in_capacity = 16384;
    c->in = must(malloc(c->in_capacity + 1));
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &e);
  }
}

static int listen_on(int port) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
  if (bind(fd, (void *)&address, sizeof address) || listen(fd, 8192)) {
    perror("listen");
    exit(1);
  }
  socklen_t length = sizeof address;
  getsockname(fd, (void *)&address, &length);
  printf("mock listening on http://127.0.0.1:%d\n", ntohs(address.sin_port));
  fflush(stdout);
  return fd;
}

static int wait_for_events(struct epoll_event *events, int capacity) {
  if (!timer_count) return epoll_wait(epoll_fd, events, capacity, -1);
  uint64_t now = now_us(), left = timers[0].due_us > now ? timers[0].due_us - now : 0;
  struct timespec timeout = {left / 1000000, (left % 1000000) * 1000};
  return epoll_pwait2(epoll_fd, events, capacity, &timeout, 0);
}

int main(int argc, char **argv) {
  static const struct option options[] = {{"port", 1, 0, 'p'},     {"chunks", 1, 0, 'c'}, {"gap-us", 1, 0, 'g'},
                                          {"delay-ms", 1, 0, 'd'}, {0, 0, 0, 0}};
  int port = 0;
  for (int o; (o = getopt_long(argc, argv, "", options, 0)) > 0;) {
    if (o == 'p') port = atoi(optarg);
    else if (o == 'c') chunk_count = atoi(optarg);
    else if (o == 'g') gap_us = strtoull(optarg, 0, 10);
    else if (o == 'd') delay_us = strtoull(optarg, 0, 10) * 1000;
    else return 2;
  }
  if (chunk_count < 3) {
    fprintf(stderr, "--chunks must be at least 3\n");
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  build_openai();
  build_anthropic();
  epoll_fd = epoll_create1(0);
  int listener = listen_on(port);
  struct epoll_event e = {.events = EPOLLIN, .data.ptr = 0}, events[512];
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listener, &e);
  for (;;) {
    int n = wait_for_events(events, 512);
    for (int i = 0; i < n; i++) {
      connection *c = events[i].data.ptr;
      if (!c) {
        accept_all(listener);
        continue;
      }
      if (events[i].events & EPOLLOUT) flush_rest(c);
      if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) read_requests(c);
      if (c->state == DEAD) bury(c);
    }
    uint64_t now = timer_count ? now_us() : 0;
    while (timer_count && timers[0].due_us <= now) {
      timer t = pop_timer();
      if (t.connection->fd < 0 || t.generation != t.connection->generation) continue;
      send_due(t.connection);
      if (t.connection->state == DEAD) bury(t.connection);
      else start_replies(t.connection);
    }
  }
}
