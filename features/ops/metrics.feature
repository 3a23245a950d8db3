Feature: Outcome metrics

  Scenario: Logins and registrations, by outcome and reason
    Given Ada is logged in
    When Ada logs in with a wrong password
    And Ada registers
    Then the request is rejected with 409 username_taken
    And the metric 'rollcall_logins_total{method="password",outcome="success",reason="none"}' is 1
    And the metric 'rollcall_logins_total{method="password",outcome="failure",reason="invalid_credentials"}' is 1
    And the metric 'rollcall_registrations_total{outcome="failure",reason="username_taken"}' is 1

  Scenario: Refreshes, and reused refresh tokens
    Given Ada is logged in
    When Ada refreshes
    Then the metric 'rollcall_token_refreshes_total{outcome="success",reason="none"}' is 1
    And the metric 'rollcall_refresh_token_reuse_total' is 0
