// A load generator that also reads the gateway's CPU clock, at both ends of the measured window only.
//
//   loadgen --port N --body FILE [--path P] [--header "name: value"]... [--connections 32]
//           [--rate 0] [--warm 2] [--seconds 5] [--pids PID,PID] [--expect-bytes N]
//
// --rate 0 is a closed loop: every connection sends its next request when it got its reply. --rate R is an open loop:
// R requests a second whatever the gateway does, and latency counts from the moment a request was due, so that
// waiting in our own queue is visible. Every @@@@@@@@ in the body becomes a running number: no two prompts are equal.
// --expect-bytes counts each reply whose body (chunk framing removed) has another length. All faults are counted from
// the first request on, warm-up included. One JSON object is printed at the end; see LoadReport in harness/load.ts.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
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

#define MAX_PIDS 64
#define MAX_MARKS 256
#define MARK "@@@@@@@@"

enum phase { HEAD, SIZED_BODY, CHUNK_SIZE, CHUNK_DATA, LAST_LINE };

typedef struct {
  int fd, is_busy, status;
  enum phase phase;
  uint64_t due_ns, first_byte_ns;
  long left;        // body bytes of this reply or chunk still to come
  long body_bytes;  // of this reply, without chunk framing
  size_t length;    // unparsed bytes in the buffer
  char bytes[65536];
} connection;

typedef struct {
  uint64_t *values;
  size_t count, capacity;
} samples;

static int port, connection_count = 32, epoll_fd, is_measuring;
static double rate, warm_seconds = 2, seconds = 5;
static long expected_bytes = -1;
static char *request, *marks[MAX_MARKS];
static size_t request_length, mark_count;
static unsigned next_number;
static connection **connections;
static samples latencies, first_bytes;
static int first_bad_status;  // 0 = every reply was 200
static long completed, non_200, wrong_length, connection_errors, body_bytes, longest_queue;
// Open loop: connections that wait for work, in turn, so that none idles until the gateway closes it.
static int *idle;
static size_t idle_first, idle_count;
static uint64_t *queue;
static size_t queue_first, queue_count, queue_capacity;
static pid_t pids[MAX_PIDS];
static clockid_t clocks[MAX_PIDS];
static int pid_count;

static uint64_t nanoseconds(clockid_t clock) {
  struct timespec t;
  if (clock_gettime(clock, &t)) return 0;
  return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static uint64_t now_ns(void) { return nanoseconds(CLOCK_MONOTONIC); }

static void *must(void *pointer) {
  if (!pointer) {
    perror("memory");
    exit(1);
  }
  return pointer;
}

static void record(samples *s, uint64_t value) {
  if (s->count == s->capacity) {
    s->capacity = s->capacity ? s->capacity * 2 : 65536;
    s->values = must(realloc(s->values, s->capacity * sizeof(uint64_t)));
  }
  s->values[s->count++] = value;
}

// ---- what the gateway's processes used ----

static uint64_t gateway_cpu_ns(void) {
  uint64_t sum = 0;
  for (int i = 0; i < pid_count; i++) sum += nanoseconds(clocks[i]);
  return sum;
}

static void gateway_ticks(uint64_t *user, uint64_t *system) {
  *user = *system = 0;
  for (int i = 0; i < pid_count; i++) {
    char path[64], text[1024];
    snprintf(path, sizeof path, "/proc/%d/stat", pids[i]);
    FILE *f = fopen(path, "r");
    if (!f) continue;
    text[fread(text, 1, sizeof text - 1, f)] = 0;
    fclose(f);
    char *after_name = strrchr(text, ')');
    unsigned long u, s;
    if (after_name && sscanf(after_name + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &u, &s) == 2) {
      *user += u;
      *system += s;
    }
  }
}

static long gateway_rss_kb(void) {
  long pages = 0;
  for (int i = 0; i < pid_count; i++) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/statm", pids[i]);
    FILE *f = fopen(path, "r");
    if (!f) continue;
    long size, resident;
    if (fscanf(f, "%ld %ld", &size, &resident) == 2) pages += resident;
    fclose(f);
  }
  return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

// ---- requests ----

static void dial(int id) {
  int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
  if (connect(fd, (void *)&address, sizeof address)) {
    perror("connect");
    exit(1);
  }
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  fcntl(fd, F_SETFL, O_NONBLOCK);
  struct epoll_event e = {.events = EPOLLIN, .data.u32 = id};
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &e);
  connections[id]->fd = fd;
}

static void redial(int id) {
  close(connections[id]->fd);
  connections[id]->length = 0;
  dial(id);
}

static void send_request(int id, uint64_t due_ns) {
  for (size_t i = 0; i < mark_count; i++) {
    char digits[9];
    snprintf(digits, sizeof digits, "%08x", next_number++);
    memcpy(marks[i], digits, 8);
  }
  connection *c = connections[id];
  c->is_busy = 1;
  c->due_ns = due_ns;
  c->length = 0;
  c->phase = HEAD;
  c->first_byte_ns = 0;
  c->body_bytes = 0;
  for (size_t sent = 0; sent < request_length;) {
    ssize_t n = write(c->fd, request + sent, request_length - sent);
    if (n > 0) sent += n;
    else if (errno == EAGAIN) usleep(20);
    else {
      connection_errors++;
      redial(id);
      sent = 0;
    }
  }
}

static void enqueue(uint64_t due_ns) {
  if (queue_count == queue_capacity) {
    size_t capacity = queue_capacity ? queue_capacity * 2 : 65536;
    uint64_t *grown = must(malloc(capacity * sizeof(uint64_t)));
    for (size_t i = 0; i < queue_count; i++) grown[i] = queue[(queue_first + i) % queue_capacity];
    free(queue);
    queue = grown;
    queue_capacity = capacity;
    queue_first = 0;
  }
  queue[(queue_first + queue_count++) % queue_capacity] = due_ns;
  if ((long)queue_count > longest_queue) longest_queue = queue_count;
}

static void rest(int id) { idle[(idle_first + idle_count++) % connection_count] = id; }

static void send_or_queue(uint64_t due_ns) {
  if (!idle_count) {
    enqueue(due_ns);
    return;
  }
  int id = idle[idle_first];
  idle_first = (idle_first + 1) % connection_count;
  idle_count--;
  send_request(id, due_ns);
}

static void complete(int id) {
  connection *c = connections[id];
  uint64_t now = now_ns();
  completed++;
  body_bytes += c->body_bytes;
  if (c->status != 200) {
    non_200++;
    if (!first_bad_status) first_bad_status = c->status;
  } else if (expected_bytes >= 0 && c->body_bytes != expected_bytes) wrong_length++;
  if (is_measuring) {
    record(&latencies, now - c->due_ns);
    record(&first_bytes, (c->first_byte_ns ? c->first_byte_ns : now) - c->due_ns);
  }
  c->is_busy = 0;
  if (rate <= 0) send_request(id, now);
  else if (queue_count) {
    uint64_t due_ns = queue[queue_first];
    queue_first = (queue_first + 1) % queue_capacity;
    queue_count--;
    send_request(id, due_ns);
  } else rest(id);
}

// ---- replies ----

static void drop(connection *c, size_t n) {
  c->length -= n;
  memmove(c->bytes, c->bytes + n, c->length);
}

static int parse_head(connection *c) {
  char *end = memmem(c->bytes, c->length, "\r\n\r\n", 4);
  if (!end) return 0;
  c->status = atoi(c->bytes + 9);
  c->left = 0;
  c->phase = SIZED_BODY;
  for (char *line = c->bytes; line < end;) {
    if (!strncasecmp(line, "content-length:", 15)) c->left = atol(line + 15);
    if (!strncasecmp(line, "transfer-encoding: chunked", 26)) c->phase = CHUNK_SIZE;
    line = memchr(line, '\n', end - line + 2);
    if (!line) break;
    line++;
  }
  drop(c, end - c->bytes + 4);
  return 1;
}

static int parse_chunk_size(connection *c) {
  char *end = memmem(c->bytes, c->length, "\r\n", 2);
  if (!end) return 0;
  c->left = strtol(c->bytes, 0, 16);
  drop(c, end - c->bytes + 2);
  c->body_bytes += c->left;
  c->phase = c->left ? CHUNK_DATA : LAST_LINE;
  if (c->left) c->left += 2;
  return 1;
}

static void take_body(connection *c) {
  size_t n = (long)c->length < c->left ? c->length : (size_t)c->left;
  if (!n) return;
  if (!c->first_byte_ns) c->first_byte_ns = now_ns();
  drop(c, n);
  c->left -= n;
  if (c->phase == SIZED_BODY) c->body_bytes += n;
}

// 1 when the reply is complete, 0 when more bytes are needed.
static int parse(connection *c) {
  for (;;) {
    if (c->phase == HEAD) {
      if (!parse_head(c)) return 0;
    } else if (c->phase == SIZED_BODY) {
      take_body(c);
      return c->left == 0;
    } else if (c->phase == CHUNK_SIZE) {
      if (!parse_chunk_size(c)) return 0;
    } else if (c->phase == CHUNK_DATA) {
      take_body(c);
      if (c->left) return 0;
      c->phase = CHUNK_SIZE;
    } else {
      char *end = memmem(c->bytes, c->length, "\r\n", 2);
      if (!end) return 0;
      int is_empty = end == c->bytes;
      drop(c, end - c->bytes + 2);  // a trailer line, or the empty line that ends them
      if (is_empty) return 1;
    }
  }
}

static void receive(int id) {
  connection *c = connections[id];
  ssize_t n = read(c->fd, c->bytes + c->length, sizeof c->bytes - 1 - c->length);
  if (n > 0) {
    c->length += n;
    c->bytes[c->length] = 0;
    if (!c->is_busy) c->length = 0;
    else if (parse(c)) complete(id);
    return;
  }
  if (n < 0 && errno == EAGAIN) return;
  redial(id);
  if (!c->is_busy) return;
  connection_errors++;
  send_request(id, c->due_ns);
}

// ---- start, run, report ----

static void read_pids(char *list) {
  for (char *p = strtok(list, ","); p && pid_count < MAX_PIDS; p = strtok(0, ",")) {
    pids[pid_count] = atoi(p);
    if (clock_getcpuclockid(pids[pid_count], &clocks[pid_count])) {
      fprintf(stderr, "no CPU clock of process %s\n", p);
      exit(1);
    }
    pid_count++;
  }
}

static void build_request(const char *path, const char *headers, const char *file) {
  FILE *f = fopen(file, "rb");
  if (!f) {
    perror(file);
    exit(1);
  }
  fseek(f, 0, SEEK_END);
  long length = ftell(f);
  rewind(f);
  size_t capacity = length + strlen(headers) + strlen(path) + 512;
  request = must(malloc(capacity));
  request_length = snprintf(request, capacity,
                            "POST %s HTTP/1.1\r\nhost: 127.0.0.1:%d\r\ncontent-type: application/json\r\n"
                            "accept: */*\r\nuser-agent: loadgen\r\n%scontent-length: %ld\r\n\r\n",
                            path, port, headers, length);
  request_length += fread(request + request_length, 1, length, f);
  fclose(f);
  char *from = request, *end = request + request_length;
  while (mark_count < MAX_MARKS && (from = memmem(from, end - from, MARK, 8))) {
    marks[mark_count++] = from;
    from += 8;
  }
}

static void open_connections(void) {
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  connections = must(calloc(connection_count, sizeof *connections));
  idle = must(calloc(connection_count, sizeof *idle));
  for (int i = 0; i < connection_count; i++) {
    connections[i] = must(calloc(1, sizeof(connection)));
    dial(i);
    rest(i);
  }
}

static int ascending(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return x < y ? -1 : x > y;
}

static double at_share(const samples *s, double share) {
  return s->count ? s->values[(size_t)((s->count - 1) * share)] / 1e3 : 0;
}

typedef struct {
  uint64_t at_ns, cpu_ns, own_cpu_ns, user_ticks, system_ticks;
  long completed, body_bytes;
} reading;

static reading read_all(void) {
  reading r = {.cpu_ns = gateway_cpu_ns(), .own_cpu_ns = nanoseconds(CLOCK_PROCESS_CPUTIME_ID)};
  gateway_ticks(&r.user_ticks, &r.system_ticks);
  r.completed = completed;
  r.body_bytes = body_bytes;
  r.at_ns = now_ns();
  return r;
}

static void print_report(const reading *from, const reading *to, long peak_rss_kb) {
  qsort(latencies.values, latencies.count, sizeof(uint64_t), ascending);
  qsort(first_bytes.values, first_bytes.count, sizeof(uint64_t), ascending);
  double elapsed = (to->at_ns - from->at_ns) / 1e9;
  long n = to->completed - from->completed;
  double per = n ? n : 1, cpu_us = (to->cpu_ns - from->cpu_ns) / 1e3;
  double user = to->user_ticks - from->user_ticks, system = to->system_ticks - from->system_ticks;
  printf("{\"requests\":%ld,\"perSecond\":%.1f,\"cpuUs\":%.2f,\"userShare\":%.3f,", n, n / elapsed, cpu_us / per,
         user + system > 0 ? user / (user + system) : 0);
  printf("\"p50Us\":%.1f,\"p90Us\":%.1f,\"p99Us\":%.1f,", at_share(&latencies, .5), at_share(&latencies, .9),
         at_share(&latencies, .99));
  printf("\"firstByteP50Us\":%.1f,\"firstByteP99Us\":%.1f,", at_share(&first_bytes, .5), at_share(&first_bytes, .99));
  printf("\"firstBadStatus\":%d,", first_bad_status);
  printf("\"non200\":%ld,\"wrongLength\":%ld,\"connectionErrors\":%ld,", non_200, wrong_length, connection_errors);
  printf("\"longestQueue\":%ld,\"peakRssKb\":%ld,\"bodyBytes\":%.1f,", longest_queue, peak_rss_kb,
         (to->body_bytes - from->body_bytes) / per);
  printf("\"generatorCpuUs\":%.2f,\"gatewayCores\":%.3f}\n", (to->own_cpu_ns - from->own_cpu_ns) / 1e3 / per,
         cpu_us / 1e6 / elapsed);
}

static void run(void) {
  uint64_t start = now_ns(), measure_from = start + warm_seconds * 1e9, end = measure_from + seconds * 1e9;
  uint64_t next_rss = start;
  double next_due = start, interval = rate > 0 ? 1e9 / rate : 0;
  long peak_rss_kb = 0;
  reading from = read_all();
  if (rate <= 0)
    for (int i = 0; i < connection_count; i++) send_request(i, now_ns());
  struct epoll_event events[256];
  for (;;) {
    uint64_t now = now_ns();
    if (!is_measuring && now >= measure_from) {
      is_measuring = 1;
      longest_queue = 0;
      from = read_all();
    }
    if (now >= end) break;
    if (now >= next_rss) {
      long rss_kb = gateway_rss_kb();
      if (rss_kb > peak_rss_kb) peak_rss_kb = rss_kb;
      next_rss = now + 200000000;
    }
    for (; rate > 0 && next_due <= now; next_due += interval) send_or_queue(next_due);
    uint64_t until = rate > 0 && next_due < end ? (uint64_t)next_due : end;
    now = now_ns();
    uint64_t wait = until > now ? until - now : 0;
    if (wait > 100000000) wait = 100000000;
    struct timespec timeout = {wait / 1000000000, wait % 1000000000};
    int n = epoll_pwait2(epoll_fd, events, 256, &timeout, 0);
    for (int i = 0; i < n; i++) receive(events[i].data.u32);
  }
  reading to = read_all();
  print_report(&from, &to, peak_rss_kb);
}

int main(int argc, char **argv) {
  static const struct option options[] = {
      {"port", 1, 0, 'p'}, {"path", 1, 0, 'u'},    {"body", 1, 0, 'b'}, {"header", 1, 0, 'h'},       {"connections", 1, 0, 'c'},
      {"rate", 1, 0, 'r'}, {"warm", 1, 0, 'w'},    {"pids", 1, 0, 'P'}, {"expect-bytes", 1, 0, 'e'}, {"seconds", 1, 0, 's'},
      {0, 0, 0, 0}};
  const char *path = "/v1/chat/completions", *file = 0;
  char headers[8192] = "";
  for (int o; (o = getopt_long(argc, argv, "", options, 0)) > 0;) {
    size_t used = strlen(headers);
    switch (o) {
      case 'p': port = atoi(optarg); break;
      case 'u': path = optarg; break;
      case 'b': file = optarg; break;
      case 'h': snprintf(headers + used, sizeof headers - used, "%s\r\n", optarg); break;
      case 'c': connection_count = atoi(optarg); break;
      case 'r': rate = atof(optarg); break;
      case 'w': warm_seconds = atof(optarg); break;
      case 's': seconds = atof(optarg); break;
      case 'P': read_pids(optarg); break;
      case 'e': expected_bytes = atol(optarg); break;
      default: return 2;
    }
  }
  if (!port || !file || connection_count < 1) {
    fprintf(stderr, "--port and --body are needed\n");
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  build_request(path, headers, file);
  epoll_fd = epoll_create1(0);
  open_connections();
  run();
  return 0;
}
