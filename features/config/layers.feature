Feature: Precedence of configuration sources

  Scenario: local.yaml overrides default.yaml
    Given the service was started with the settings:
      """
      api:
        v2Enabled: true
      """
    When an anonymous client requests a v2 greeting for "Ada"
    Then the v2 greeting is "Hello Ada!"

  Scenario: An empty local.yaml overrides nothing
    Given the operator has set api.v2Enabled to true
    When the operator empties local.yaml
    And an anonymous client requests a v2 greeting for "Ada"
    Then the request is rejected with 404 api_version_disabled

  Scenario: The environment overrides all files
    Given the service was started with ROLLCALL_API_V2_ENABLED set to "true"
    When the operator sets:
      | api.v2Enabled | false |
      | docs.enabled  | false |
    And an anonymous client requests a v2 greeting for "Ada"
    Then the v2 greeting is "Hello Ada!"
    And the environment variable ROLLCALL_API_V2_ENABLED overrides api.v2Enabled

  Scenario: A byte order mark is ignored
    When the operator writes local.yaml with a byte order mark:
      """
      api: {v2Enabled: true}
      """
    And an anonymous client requests a v2 greeting for "Ada"
    Then the v2 greeting is "Hello Ada!"

  Scenario: The same settings in another notation are not a change
    When the operator writes local.yaml:
      """
      api: {v2Enabled: true}
      """
    And the operator writes local.yaml and reloads:
      """
      # the same in block notation
      api:
        v2Enabled: true
      """
    Then the reload finds no changes
    And revision 2 is active

  Scenario: A restart keeps the settings
    Given the operator has set api.v2Enabled to true
    When the service is restarted
    And an anonymous client requests a v2 greeting for "Ada"
    Then the v2 greeting is "Hello Ada!"

  Scenario: Other files in the directory are ignored
    When the operator writes production.yaml with an incomplete mapping and reloads
    Then the reload finds no changes
    And there is no reload error
