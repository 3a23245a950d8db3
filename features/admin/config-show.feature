Feature: Viewing the active configuration

  Background:
    Given Root is an administrator

  Scenario: All settings
    When Root requests the configuration
    Then the configuration is at revision 1 without a rollback
    And each setting has a class, a default and a description, and secrets are masked
    And the response header Cache-Control is "no-store"

  Scenario: A setting from a file
    Given the operator has set rateLimit.login.points to 33
    When Root requests the configuration
    Then the configuration is at revision 2 without a rollback
    And the setting rateLimit.login.points is 33, set by file:local.yaml, and also by file:default.yaml
    And the setting auth.access.ttl is 15m, set by file:default.yaml

  Scenario: A setting that requires a restart
    Given the operator has set server.port to 9999
    When Root requests the configuration
    Then the response has pending_restart ["server.port"]

  Scenario: An invalid file
    When Root requests the configuration
    And the ETag is saved
    And the operator writes local.yaml with a limit of zero
    And Root requests the configuration
    Then the configuration is at revision 1 without a rollback
    And the configuration error is out_of_range for rateLimit.login.points in local.yaml
    And the ETag is unchanged

  Scenario: A change of the configuration changes the ETag
    When Root requests the configuration
    And the ETag is saved
    And the operator sets api.v2Enabled to true
    And Root requests the configuration
    Then the ETag has changed

  Scenario: The files change under an override
    When Root overrides rateLimit.login.points with 20
    And Root requests "/api/v1/admin/config"
    And the operator writes local.yaml and reloads:
      """yaml
      rateLimit: {login: {points: 33}}
      """
    And Root sends a conditional GET request for "/api/v1/admin/config" with If-None-Match 'CURRENT'
    Then the response is 200 OK
    And the keys shadowed by an override are "rateLimit.login.points"
    And the ETag has changed
