-- Recommendations of a kind come from one method; two would give each rank twice, none would leave
-- the kind out.
select recommendation_kind
from {{ ref('recommendation_methods') }}
group by recommendation_kind
having count(case when is_shipped then 1 end) <> 1
