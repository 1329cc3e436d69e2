-- The sources are rows of the var identity_references. Their records name a person without being
-- one: they find their customer, they never make or bridge customers, because anybody can type
-- anything into a form.
with
final as (
    {{ identity_input('identity_references', is_person=false) }}
)

select * from final
