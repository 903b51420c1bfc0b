// The sandbox's control paths.

export async function asked(path) {
  const answer = await fetch(`/sandbox${path}`);
  if (!answer.ok) throw new Error(path);
  return answer.json();
}

export async function tell(method, path, body) {
  const headers = body ? { "Content-Type": "application/json" } : {};
  const answer = await fetch(`/sandbox${path}`, { method, headers, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error((await answer.json()).response.message);
}
