import json, sys, pytest
sys.path.insert(0,'/tmp/demo')
from spec import SPEC
from django.test import Client
from tests.access.walk import routes, filled, said, ask
from tests.access.world import WORDS
@pytest.mark.django_db
def test_d(world):
    print(set(routes())^set(SPEC))
    out={}; notes=[]
    for who,user in world.people.items():
        for route,spec in SPEC.items():
            if route not in set(routes()): continue
            args=spec.get("args",{})
            for side in (world.sides.values() if args else [world.sides["own"]]):
                for method in ("GET","POST"):
                    c=Client()
                    if user: c.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
                    try: a=ask(c,method,filled(route,args,side),said(spec.get("data",{}),side) if method=="POST" else spec.get("get",{}))
                    except Exception as e:
                        notes.append(f"EXC {who} {method} {route} {side.name} {type(e).__name__} {e}"[:300]); continue
                    if method=="GET":
                        if a.outcome=="done": out.setdefault(route,{}).setdefault(side.name,{}).setdefault("sees",[]).append(who)
                        elif a.outcome=="wrong": notes.append(f"WRONG GET {a.status} {who} {route} {side.name}")
                        if a.writes: notes.append(f"GETWRITE {who} {route} {side.name} {a.writes[:1]}"[:300])
                    else:
                        k="changes" if a.writes else "answered" if a.outcome in("done","wrong") else None
                        if k: out.setdefault(route,{}).setdefault(side.name,{}).setdefault(k,[]).append(who)
                        if a.writes and a.status>=400: notes.append(f"WRITE {who} {route} {side.name} {a.status} {a.writes[:2]}"[:400])
                        if k=="answered" and (who in("clerk","reviewer","provider","head")): notes.append(f"ANSW {who} {route} {side.name} {a.status} {a.location} ")
                    for w in ("other","foreign"):
                        if WORDS[w] in a.text and who in("clerk","head","stranger","nobody"): notes.append(f"LEAK {who} {method} {route} {side.name} {a.status} {w}")
                        if WORDS[w] in a.text and a.outcome=="refused": notes.append(f"LEAK {who} {method} {route} {side.name} {a.status} {w}")
    json.dump(out,open('/tmp/demo/found.json','w'),ensure_ascii=False)
    open('/tmp/demo/notes.txt','w').write("\n".join(notes))
