import type { ListedName } from '../../http/routes/models.ts';
import type { Targets } from './targets.ts';

/** Routes first, then the models of every provider that has a credential: bare where the bare name leads there. */
export function listedNames(targets: Targets): ListedName[] {
  const { book } = targets;
  const routes = book.routes.map((route) => ({ id: route.name, owner: 'weir', displayName: route.name }));
  const models = book.providers
    .filter((provider) => targets.hasCredential(provider))
    .flatMap((provider) => {
      const known = provider.definition.models.map((model) => model.id);
      return [...new Set([...provider.models, ...known])].map((model) => {
        const owner = book.ownerOf(model);
        return {
          id: owner === provider.name ? model : `${provider.name}/${model}`,
          owner: provider.name,
          displayName: model,
        };
      });
    });
  return [...routes, ...models];
}
