# Everything there is to run. The work itself is in tools/.
PYTHON ?= python3
.DEFAULT_GOAL := help
.PHONY: help run demo test prove bench check format lock messages css js screenshots

help:         ## viser denne oversigt
	@sed -n 's/^\([a-z]*\): *## \(.*\)/  make \1|\2/p' $(firstword $(MAKEFILE_LIST)) | while IFS='|' read -r a b; do printf '%-22s%s\n' "  $$a" "$$b"; done

run:          ## sætter alt op og starter PLF på http://localhost:8000 (PORT=… vælger en anden port)
	@$(PYTHON) -m tools.run

demo:         ## bygger demodata forfra; det, der er indtastet, går tabt
	@$(PYTHON) -m tools.run --reset-demo

test:         ## kører alle test på SQLite og på PostgreSQL (ARGS="-k ord" vælger nogle)
	@$(PYTHON) -m tools.test $(ARGS)

prove:        ## kører de lange beviser: afbrydelser, angreb og belastning
	@PLF_PROVE=1 $(PYTHON) -m tools.test $(ARGS)

bench:        ## måler PLF mod budgetterne (ARGS=--full: hele landet; ARGS=--deadline: fristtimen)
	@$(PYTHON) -m tools.bench $(ARGS)

check:        ## kører al kontrol af koden: stil, typer, lag, migreringer, tekster
	@$(PYTHON) -m tools.check

format:       ## retter formateringen af Python og skabeloner
	@$(PYTHON) -m tools.check --fix

lock:         ## skriver constraints.txt på ny ud fra requirements*.txt
	@$(PYTHON) -m tools.lock

messages:     ## samler tekster til oversættelse og bygger .mo-filerne (kræver gettext)
	@$(PYTHON) -m tools.messages

css:          ## samler de stilark, en side henter: det brugte af Bootstrap og vores egne
	@$(PYTHON) -m tools.styles

js:           ## samler de to scripts, som sider, der vurderer på, henter som ét
	@$(PYTHON) -m tools.scripts

screenshots:  ## tager skærmbillederne til README (kræver Chromium)
	@$(PYTHON) -m tools.screenshots
